# Whether Docker Hub can be reached at all. Sourced by build.sh.

# http_status URL: prints the status code of the answer to URL, or 000 where none comes within 4 seconds.
# By Node, which the project needs anyway, rather than by a program that a bare machine may lack.
http_status() {
    local bundle=/etc/ssl/certs/ca-certificates.crt
    [ -f "$bundle" ] && export NODE_EXTRA_CA_CERTS=${NODE_EXTRA_CA_CERTS:-$bundle}
    node -e '
        fetch(process.argv[1], { signal: AbortSignal.timeout(4000) }).then(
            (answer) => { console.log(answer.status); process.exit(0); },
            () => { console.log("000"); process.exit(0); },
        );' "$1"
}

# hub_answers: true if Docker Hub's registry answers as a registry does: 401 without a token, by its API's rules.
hub_answers() {
    case $(http_status https://registry-1.docker.io/v2/) in
        200 | 401) return 0 ;;
        *) return 1 ;;
    esac
}
