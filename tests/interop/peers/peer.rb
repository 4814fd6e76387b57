# A 0MQ peer of ffi-rzmq, told by lines what to do; see ../foreign.py for the words.

require "ffi-rzmq"

LIMIT_MS = 10_000

def octets(text)
  [text[1..]].pack("H*")
end

# The socket that is open, and the context of all.
class Peer
  def initialize
    @context = ZMQ::Context.new
    @socket = nil
  end

  def obey(word, rest)
    case word
    when "open" then open(*rest.split)
    when "admit" then admit(*rest.split)
    when "bind" then bind(rest)
    when "connect" then check(@socket.connect(rest))
    when "send" then check(@socket.send_strings(rest.split(",").map { |frame| octets(frame) }))
    when "recv" then receive
    end
  end

  private

  def open(kind, *options)
    @socket&.close
    @socket = @context.socket(ZMQ.const_get(kind))
    { RCVTIMEO: LIMIT_MS, SNDTIMEO: LIMIT_MS, LINGER: 0 }.each { |name, value| set(name, value) }
    options.each do |option|
      name, value = option.split("=")
      set(name.upcase, name.end_with?("_server") ? 1 : octets(value))
    end
    "ok"
  end

  def set(name, value)
    check(@socket.setsockopt(ZMQ.const_get(name), value))
  end

  def bind(endpoint)
    return check(-1) if @socket.bind(endpoint) < 0

    resolved = []
    @socket.getsockopt(ZMQ::LAST_ENDPOINT, resolved)
    "ok #{resolved[0].delete("\0")}"
  end

  def receive
    frames = []
    return check(-1) if @socket.recv_strings(frames) < 0

    "ok #{frames.map { |frame| "x#{frame.unpack1("H*")}" }.join(",")}"
  end

  # A ZAP handler that lets in one user.
  def admit(user, password)
    @known = [user, password]
    return "ok" if @judge

    zap = @context.socket(ZMQ::REP)
    zap.bind("inproc://zeromq.zap.01")
    @judge = Thread.new do
      loop do
        request = []
        break if zap.recv_strings(request) < 0

        verdict = request[6, 2] == @known ? %w[200 OK] : %w[400 no]
        zap.send_strings(["1.0", request[1], *verdict, user, ""])
      end
    end
    "ok"
  end

  def check(code)
    code.negative? ? "no #{ZMQ::Util.error_string}" : "ok"
  end
end

peer = Peer.new
$stdout.sync = true
while (line = $stdin.gets)
  word, rest = line.chomp.split(" ", 2)
  begin
    puts peer.obey(word, rest)
  rescue StandardError => e
    puts "no #{e.message}"
  end
end
Process.exit!(0) # the process ends with its sockets
