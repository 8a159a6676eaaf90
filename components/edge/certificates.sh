#!/bin/sh
# Gets a certificate for the stage's domains, hands it to the edge, and renews it a month before it ends.
# DOMAINS: separated by spaces; EMAIL: whom the authority may write to; SERVER: the authority's directory.
set -u

store=/var/lib/certificates
# The client names it after the first domain.
latest=$store/certificates/${DOMAINS%% *}.pem
edge_user=99
port=8402

say() { echo "certificates: $*"; }

# client ARGS: runs the ACME client for all domains.
client() {
    for domain in $DOMAINS; do set -- --domains "$domain" "$@"; done
    lego --accept-tos --email "$EMAIL" --server "$SERVER" --path "$store" --pem --http --http.port ":$port" "$@"
}

# obtain: gets a certificate, or renews the one that is there if its time has come.
obtain() {
    if [ "$(cat "$store/domains" 2>/dev/null)" = "$DOMAINS $SERVER" ] && [ -e "$latest" ]; then
        client renew --days 30
    else
        client run && echo "$DOMAINS $SERVER" >"$store/domains"
    fi
}

# deliver: puts the certificate, key and all, where the edge looks for it; none but the edge may read it.
deliver() {
    # Whoever gives a file away may not change it any more: that takes a capability that it does not have.
    rm -f "$store/edge.pem.next" && (umask 077 && cp "$latest" "$store/edge.pem.next") &&
        chmod 0400 "$store/edge.pem.next" && chown "$edge_user" "$store/edge.pem.next" &&
        mv "$store/edge.pem.next" "$store/edge.pem"
}

trap 'exit 0' TERM INT
while :; do
    if obtain && deliver; then
        pause=43200
        say "the certificate for $DOMAINS is in place"
    else
        # Authorities allow only so many failures an hour.
        pause=900
        say "there is no certificate for $DOMAINS yet: does each lead to this machine's port 80? Trying again in 15 minutes"
    fi
    sleep "$pause" &
    wait $!
done
