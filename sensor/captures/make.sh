#!/usr/bin/env bash
# Makes the captures again, with real clients and local servers in two network namespaces. Needs root and Debian's
# tcpdump, curl, openssl, bind9-dnsutils, ethtool, dnsmasq-base, nginx-light, chromium, iproute2, python3-venv.
# Afterwards `cargo xtask compare-captures --write` writes the answers and compares them with tshark's.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
client=bylaw-client server=bylaw-server
started=()

finish() {
    for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done
    ip netns del $client 2>/dev/null || true
    ip netns del $server 2>/dev/null || true
    rm -rf "$work" /etc/netns/$client
}
trap finish EXIT

on_client() { ip netns exec $client "$@"; }
on_server() { ip netns exec $server "$@"; }
in_background() { "$@" >>"$work/log" 2>&1 & started+=($!); }

# Two hosts and a wire.
ip netns add $client
ip netns add $server
ip link add to-server netns $client type veth peer name to-client netns $server
on_client ip address add 10.7.0.1/24 dev to-server
on_client ip address add fd07::1/64 dev to-server nodad
on_server ip address add 10.7.0.2/24 dev to-client
on_server ip address add fd07::2/64 dev to-client nodad
for side in "$client to-server" "$server to-client"; do
    read -r space link <<<"$side"
    ip -n "$space" link set lo up
    ip -n "$space" link set "$link" up
    # Packets as they would be on a wire, not as the kernel joins them.
    ip netns exec "$space" ethtool -K "$link" tso off gso off gro off tx off >/dev/null 2>&1 || true
done
mkdir -p /etc/netns/$client
echo "nameserver 10.7.0.2" >/etc/netns/$client/resolv.conf

# Servers.
cd "$work"
python3 -m venv venv
venv/bin/pip -q install -r "$here/requirements.txt"
openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj "/CN=tools.test" -keyout server.key -out server.pem \
    -addext "subjectAltName=DNS:chat.tools.test,DNS:*.tools.test,DNS:tools.test" 2>/dev/null
pin=$(openssl x509 -in server.pem -pubkey -noout | openssl pkey -pubin -outform der | openssl dgst -sha256 -binary | base64)
long=$(printf 'x%.0s' $(seq 240))
in_background on_server dnsmasq --keep-in-foreground --no-resolv --no-hosts --user=root --listen-address=10.7.0.2 \
    --bind-interfaces --edns-packet-max=4096 --pid-file="$work/dnsmasq.pid" \
    --address=/tools.test/10.7.0.2 --address=/tools.test/fd07::2 --address=/tools4.test/10.7.0.2 \
    --dns-rr="hidden.tools4.test,65,$(venv/bin/python "$here/keys.py" outside.tools4.test)" \
    $(for number in $(seq 12); do echo "--txt-record=long.tools.test,$number$long"; done)
cat >nginx.conf <<CONF
daemon off; pid $work/nginx.pid; error_log $work/nginx.log; worker_processes 1;
events {}
http {
    access_log off; ssl_certificate $work/server.pem; ssl_certificate_key $work/server.key; ssl_session_tickets off;
    client_body_temp_path $work/b; proxy_temp_path $work/p; fastcgi_temp_path $work/f; uwsgi_temp_path $work/u; scgi_temp_path $work/s;
    server {
        listen 443 ssl http2; listen [::]:443 ssl http2; listen 11434; listen 80;
        ssl_protocols TLSv1.2 TLSv1.3;
        location / { proxy_pass http://127.0.0.1:8080; proxy_buffering off; proxy_http_version 1.1; }
    }
    server {
        listen 8443 ssl; ssl_protocols TLSv1.2;
        location / { return 200 "hello\n"; }
    }
}
CONF
in_background on_server nginx -p "$work" -c "$work/nginx.conf"
in_background on_server python3 "$here/plain.py"
in_background on_server venv/bin/python "$here/quic.py" serve
sleep 2

capture() { # name command…: what the client sends and gets while the commands run
    local name=$1
    shift
    ip netns exec $client tcpdump --relinquish-privileges=root -i to-server -n -U -w "$here/$name" "${options[@]}" >"$work/tcpdump" 2>&1 &
    local pid=$!
    until grep -q listening "$work/tcpdump"; do sleep 0.1; done
    sleep 0.3
    "$@"
    sleep 0.7
    kill "$pid"
    wait "$pid" 2>/dev/null || true
}
filter="not icmp6 and not arp"
options=("$filter")
get() { on_client curl -sS -k -o /dev/null "$@"; }

http() {
    get -4 "http://api.tools.test/v1/models?key=secret" -A "my-agent/1.0"
    get -4 "http://API.Tools.test:11434/v1/chat/completions" --json '{"model":"m","messages":[{"role":"user","content":"hi"}]}'
}
tls() {
    get -4 --http1.1 https://one.tools.test/
    get -4 --http2 https://two.tools.test/
    get -6 --http2 https://six.tools.test/
    get -4 --tls-max 1.2 https://old.tools.test:8443/
    get -k https://10.7.0.2/
    on_client openssl s_client -connect 10.7.0.2:8443 -tls1_2 -servername s-client.tools.test </dev/null >/dev/null 2>&1
    on_client openssl s_client -connect 10.7.0.2:443 -noservername -alpn x,http/1.1 </dev/null >/dev/null 2>&1
    on_client openssl s_client -connect 10.7.0.2:443 -tls1_3 -servername pieces.tools.test -split_send_frag 512 -max_send_frag 512 </dev/null >/dev/null 2>&1
}
names() {
    on_client dig +short api.tools.test A >/dev/null
    on_client dig +short api.tools.test AAAA >/dev/null
    on_client dig +short +tcp Chat.Tools.test A >/dev/null
    on_client dig +short hidden.tools4.test TYPE65 >/dev/null
    on_client dig +short nothing.example A >/dev/null
    # Its answer is too long for a packet: fragments.
    on_client dig +bufsize=4096 +ignore long.tools.test TXT >/dev/null
    # No name in the hello: DNS has told it.
    on_client dig +short quiet.tools4.test A >/dev/null
    on_client openssl s_client -connect 10.7.0.2:443 -noservername </dev/null >/dev/null 2>&1
}
quic() {
    on_client venv/bin/python "$here/quic.py" get 1 443 quic-one.tools4.test
    on_client venv/bin/python "$here/quic.py" get 2 443 quic-two.tools4.test
    on_client venv/bin/python "$here/quic.py" get 1 4433 quic-retry.tools4.test
}
streamed() {
    get -4 --http1.1 https://chat.tools.test/stream --json "{\"prompt\":\"$long$long\"}"
}
browser() { # host flags…
    local host=$1
    shift
    timeout 20 ip netns exec $client chromium --headless --no-sandbox --disable-gpu --no-first-run --user-data-dir="$work/profile-$RANDOM" \
        --disable-background-networking --disable-component-update --disable-sync --disable-default-apps \
        --ignore-certificate-errors-spki-list="$pin" "$@" --dump-dom "https://$host/" >/dev/null 2>>"$work/log" || true
}
chromium_plain() { browser page.tools4.test; }
chromium_quic() { browser fast.tools4.test --enable-quic --origin-to-force-quic-on=fast.tools4.test:443 --host-resolver-rules="MAP fast.tools4.test 10.7.0.2"; }
chromium_hidden() { browser hidden.tools4.test --enable-features=AsyncDns,EncryptedClientHello; }

capture http.pcap http
capture tls.pcap tls
capture dns.pcap names
options=(--time-stamp-precision=nano "$filter")
capture quic.pcap quic
options=("$filter")
capture stream.pcap streamed
capture chromium.pcap chromium_plain
capture chromium-quic.pcap chromium_quic
capture chromium-ech.pcap chromium_hidden
# The link types of `any`, and headers only.
options=(-i any "$filter")
capture any.pcap http
options=(-s 96 "$filter")
capture cut.pcap http
ls -l "$here"/*.pcap
