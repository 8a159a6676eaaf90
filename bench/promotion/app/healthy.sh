# Whether the service says that it is healthy, without the cost of starting another Node each second.
exec 3<>/dev/tcp/127.0.0.1/3000 || exit 1
printf 'GET /healthz HTTP/1.0\r\n\r\n' >&3
read -r line <&3
[[ $line == *" 200 "* ]]
