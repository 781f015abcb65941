-- wrk FILE SEED: asks the queries of a file (one a line, already encoded), shuffled for each thread.
local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init(args)
  queries, at = {}, 0
  for line in io.lines(args[1]) do
    queries[#queries + 1] = wrk.format("GET", "/search?q=" .. line)
  end
  math.randomseed(tonumber(args[2]) + number)
  for i = #queries, 2, -1 do
    local j = math.random(i)
    queries[i], queries[j] = queries[j], queries[i]
  end
end

function request()
  at = at % #queries + 1
  return queries[at]
end

function done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    'JSON {"requests": %d, "seconds": %.6f, "p50": %.3f, "p99": %.3f, "errors": %d, "bytes": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3, e.connect + e.read + e.write + e.status + e.timeout, summary.bytes
  ))
end
