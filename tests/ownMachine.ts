// Which Docker Engine a developer's shell names is nothing to a unit test: the program and the provider's SDK would read it.
for (const name of ["DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CERT_PATH", "DOCKER_TLS_VERIFY"]) {
  Reflect.deleteProperty(process.env, name);
}
