"""What Redis does with letters in one step each: its own small programs (Lua), so that no kill leaves anything half done."""

from string import Template
from typing import NamedTuple

from broker.transports.transport import ATTEMPTS, DEAD

# A letter is a hash (q queue, w wire, e envelope, a attempts, h holder, r reason, s source). What waits in a queue is a sorted set
# by number, so that what comes back stands at its old place. `held:` lists a reader's letters, `readers` until when each lives.
# A Redis that is full (maxmemory) refuses a program whose first write could need memory, and no later one: all but `put` begin by
# taking something away, so that reading and settling go on and make room.
# A bell is a stream of one entry: readers wait at it, and nothing is taken by waiting.
COMMON = Template("""
local function letter(seq) return 'hecha:letter:' .. seq end
local function waits(queue) return 'hecha:waiting:' .. queue end
local function ring(queue) redis.call('XADD', 'hecha:bell:' .. queue, 'MAXLEN', 1, '*', 'n', 1) end
local function let_go(seq, holder)
  redis.call('SREM', 'hecha:held:' .. holder, seq)
  if redis.call('EXISTS', 'hecha:held:' .. holder) == 0 then redis.call('HDEL', 'hecha:readers', holder) end
end
local function lay_down(seq, queue)
  redis.call('HSET', letter(seq), 'h', '')
  redis.call('ZADD', waits(queue), seq, seq)
  ring(queue)
end
local function bury(seq, queue, reason)
  redis.call('SADD', 'hecha:queues', '$dead')
  redis.call('HSET', letter(seq), 'q', '$dead', 'a', 0, 'r', reason, 's', queue)
  lay_down(seq, '$dead')
end
local function free(seq, reason)
  local found = redis.call('HMGET', letter(seq), 'q', 'a')
  if not found[1] then return end
  if tonumber(found[2]) >= $attempts and found[1] ~= '$dead' then bury(seq, found[1], reason) else lay_down(seq, found[1]) end
end
""").substitute(dead=DEAD, attempts=ATTEMPTS)

PUT = """
local lost, known, rung = {}, {}, {}
for i = 1, #ARGV, 3 do
  local queue = ARGV[i]
  if known[queue] == nil then known[queue] = redis.call('SISMEMBER', 'hecha:queues', queue) == 1 end
  if known[queue] then
    local seq = redis.call('INCR', 'hecha:seq')
    redis.call('HSET', letter(seq), 'q', queue, 'w', ARGV[i + 1], 'e', ARGV[i + 2], 'a', 0, 'h', '')
    redis.call('ZADD', waits(queue), seq, seq)
    rung[queue] = true
  else
    lost[#lost + 1] = (i - 1) / 3
  end
end
for queue in pairs(rung) do ring(queue) end
return lost
"""
TAKE = """
local reader, queue, lease = ARGV[1], ARGV[2], tonumber(ARGV[4])
local taken, got = redis.call('ZPOPMIN', waits(queue), ARGV[3]), {}
for i = 1, #taken, 2 do
  local seq = taken[i]
  local attempt = redis.call('HINCRBY', letter(seq), 'a', 1)
  redis.call('HSET', letter(seq), 'h', reader)
  redis.call('SADD', 'hecha:held:' .. reader, seq)
  local found = redis.call('HMGET', letter(seq), 'r', 's', 'e', 'w')
  got[#got + 1] = {seq, attempt, found[1] or '', found[2] or '', found[3] or '', found[4] or ''}
end
if redis.call('EXISTS', 'hecha:held:' .. reader) == 1 then
  redis.call('HSET', 'hecha:readers', reader, redis.call('TIME')[1] + lease)
end
return got
"""
DONE = """
for _, seq in ipairs(ARGV) do
  local found = redis.call('HMGET', letter(seq), 'q', 'h')
  if found[1] then
    if found[2] ~= '' then let_go(seq, found[2]) else redis.call('ZREM', waits(found[1]), seq) end
    redis.call('DEL', letter(seq))
  end
end
"""
RELEASE = """
for i = 3, #ARGV do
  if redis.call('HGET', letter(ARGV[i]), 'h') == ARGV[1] then let_go(ARGV[i], ARGV[1]) free(ARGV[i], ARGV[2]) end
end
"""
BURY = """
for i = 3, #ARGV do
  local found = redis.call('HMGET', letter(ARGV[i]), 'q', 'h')
  if found[2] == ARGV[1] then let_go(ARGV[i], ARGV[1]) bury(ARGV[i], found[1], ARGV[2]) end
end
"""
DISMISS = """
for i = 2, #ARGV do
  local held = redis.call('SMEMBERS', 'hecha:held:' .. ARGV[i])
  redis.call('DEL', 'hecha:held:' .. ARGV[i])
  redis.call('HDEL', 'hecha:readers', ARGV[i])
  for _, seq in ipairs(held) do free(seq, ARGV[1]) end
end
"""
PURGE = """
local seqs = redis.call('ZRANGE', waits(ARGV[1]), 0, -1)
for _, seq in ipairs(seqs) do redis.call('DEL', letter(seq)) end
redis.call('DEL', waits(ARGV[1]))
if ARGV[2] == '1' then redis.call('SREM', 'hecha:queues', ARGV[1]) end
return #seqs
"""


class Scripts(NamedTuple):
    """Each with what all of them share."""

    put: str = COMMON + PUT
    take: str = COMMON + TAKE
    done: str = COMMON + DONE
    release: str = COMMON + RELEASE
    bury: str = COMMON + BURY
    dismiss: str = COMMON + DISMISS
    purge: str = COMMON + PURGE
