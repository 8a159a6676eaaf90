import { keptScript } from "./startup";

/**
 * The script, for any shell on the machine, that waits until its start-up has made it ready. A start-up that has failed is tried again, once:
 * what stopped it may be over. Its last line on standard error, where it exits with 1, is the one sentence that says what is wrong.
 *
 * @param seconds how long to wait at most; the first start of a machine takes one to three minutes
 */
export function readyScript(seconds: number): string {
  return `until=$(($(date +%s) + ${seconds}))
tried=
while [ ! -e /run/slipway/ready ]; do
  if [ -s /run/slipway/failed ]; then
    if [ -n "$tried" ]; then cat /run/slipway/failed >&2; exit 1; fi
    tried=yes
    sudo -n ${keptScript} >&2 || true
    continue
  fi
  if [ "$(date +%s)" -ge "$until" ]; then
    echo "The machine is not ready after ${seconds} s: sudo journalctl -b on it tells what it is doing; then try again." >&2
    exit 1
  fi
  sleep 2
done
`;
}
