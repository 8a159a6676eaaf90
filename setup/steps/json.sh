# shellcheck shell=bash
# What is in JSON. Sourced by demo.

# field NAME: the field of that name of the JSON object on standard input; nested ones are joined with a dot.
field() {
    node -e '
        const value = process.argv[1].split(".").reduce((at, key) => at?.[key], JSON.parse(require("fs").readFileSync(0, "utf8")));
        if (value !== undefined) console.log(typeof value === "object" ? JSON.stringify(value) : value);' "$1"
}
