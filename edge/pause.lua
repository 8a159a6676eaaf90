-- Holds requests of a service whose containers are about to be replaced, for at most a minute.
local paused = Map.new("PAUSED", Map._str)

core.register_action("wait", { "http-req", "tcp-req" }, function(txn)
  local service = txn:get_var("txn.service")
  local tenths = 600
  while tenths > 0 and paused:lookup(service) do
    core.msleep(100)
    tenths = tenths - 1
  end
end, 0)
