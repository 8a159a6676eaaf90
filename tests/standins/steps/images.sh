# The images themselves. Sourced by build.sh.

# Folder under images/, and the public names that its image takes (the first is the one it is built as).
standins=(
    "registry registry:2"
    "postgres postgres:16"
    "redis redis:7"
    "haproxy haproxy:3.2"
    "nginx nginx:1.27 nginx:1.27-alpine"
    "node node:22-slim node:22"
    "lego goacme/lego:v4.25.2"
    "pebble letsencrypt/pebble:latest"
    "cloudflared cloudflare/cloudflared:2026.8.2"
)

# public_names: prints every name that a stand-in takes, one a line.
public_names() {
    local line
    for line in "${standins[@]}"; do printf '%s\n' ${line#* }; done
}

# image_recipe FOLDER: prints what the image of that folder is made of, as one hash.
image_recipe() {
    { base_recipe; cd "$here/images/$1" && find . -type f | LC_ALL=C sort | xargs sha256sum; } | sha256sum | cut -c1-16
}

# is_real IMAGE: true if the local Engine has IMAGE and it is no stand-in.
is_real() {
    docker image inspect "$1" >/dev/null 2>&1 && [ -z "$(recipe_of "$1")" ]
}

# build_one FOLDER FIRST-NAME [NAME…]: builds the image of that folder under its names, unless it is there.
build_one() {
    local folder=$1 first=$2 recipe names n
    shift
    names=("$@")
    recipe=$(image_recipe "$folder")
    for n in "${names[@]}"; do
        [ "$(recipe_of "$n")" = "$recipe" ] && continue
        is_real "$n" && { say "$n is here and is not a stand-in: left as it is"; continue; }
        make_base
        build_folder "$folder" "$first" "$recipe"
        [ "$n" = "$first" ] || docker tag "$first" "$n"
    done
}

# build_folder FOLDER IMAGE RECIPE: builds IMAGE; a folder's prepare.sh first brings what cannot be had inside a build.
build_folder() {
    [ "$(recipe_of "$2")" = "$3" ] && return
    say "building $2 from Debian's packages"
    local context log
    context=$(mktemp -d)
    log=$context.log
    cp -r "$here/images/$1/." "$context"
    if [ -x "$context/prepare.sh" ]; then "$context/prepare.sh" "$context" || fail "images/$1/prepare.sh failed"; fi
    docker build --force-rm --build-arg "BASE=$base_image" --label "slipway.standin.recipe=$3" -t "$2" "$context" >"$log" 2>&1 ||
        { tail -n 15 "$log" >&2; rm -rf "$context" "$log"; fail "$2 could not be built; the build's last lines are above"; }
    rm -rf "$context" "$log"
}

# build_images: builds every stand-in that is missing or was built by another recipe.
build_images() {
    local line
    for line in "${standins[@]}"; do build_one $line; done
}
