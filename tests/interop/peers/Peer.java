// A 0MQ peer of JeroMQ, told by lines what to do; see ../foreign.py for the words.

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.zeromq.ZMQ;

public final class Peer {
    private static final int LIMIT_MS = 10_000;
    private static final List<String> KINDS =
        List.of("PAIR", "PUB", "SUB", "REQ", "REP", "DEALER", "ROUTER", "PULL", "PUSH", "XPUB", "XSUB");

    private final ZMQ.Context context = ZMQ.context(1);
    private ZMQ.Socket socket;

    public static void main(String[] arguments) throws IOException {
        PrintStream answers = System.out;
        System.setOut(System.err);
        Peer peer = new Peer();
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String[] words = line.split(" ");
            String answer;
            try {
                answer = peer.obey(words);
            } catch (RuntimeException error) {
                answer = "no " + error;
            }
            answers.println(answer);
            answers.flush();
        }
        System.exit(0); // the process ends with its sockets
    }

    private String obey(String[] words) {
        switch (words[0]) {
            case "open":
                open(words);
                return "ok";
            case "bind":
                return "ok tcp://127.0.0.1:" + socket.bindToRandomPort("tcp://127.0.0.1");
            case "connect":
                socket.connect(words[1]);
                return "ok";
            case "send":
                return send(words[1].split(",")) ? "ok" : "no room";
            default:
                return receive();
        }
    }

    private void open(String[] words) {
        if (socket != null) {
            socket.close();
        }
        socket = context.socket(KINDS.indexOf(words[1]));
        socket.setReceiveTimeOut(LIMIT_MS);
        socket.setSendTimeOut(LIMIT_MS);
        socket.setLinger(0);
        for (int n = 2; n < words.length; n++) {
            socket.subscribe(octets(words[n].substring(words[n].indexOf('=') + 1)));
        }
    }

    private boolean send(String[] frames) {
        for (int n = 0; n < frames.length; n++) {
            if (!socket.send(octets(frames[n]), n < frames.length - 1 ? ZMQ.SNDMORE : 0)) {
                return false;
            }
        }
        return true;
    }

    private String receive() {
        List<String> frames = new ArrayList<>();
        do {
            byte[] frame = socket.recv();
            if (frame == null) {
                return "no message";
            }
            frames.add(text(frame));
        } while (socket.hasReceiveMore());
        return "ok " + String.join(",", frames);
    }

    private static byte[] octets(String text) {
        ByteArrayOutputStream octets = new ByteArrayOutputStream(text.length() / 2);
        for (int n = 1; n < text.length(); n += 2) {
            octets.write(Character.digit(text.charAt(n), 16) << 4 | Character.digit(text.charAt(n + 1), 16));
        }
        return octets.toByteArray();
    }

    private static String text(byte[] octets) {
        StringBuilder text = new StringBuilder(1 + 2 * octets.length).append('x');
        for (byte octet : octets) {
            text.append(Character.forDigit(octet >> 4 & 15, 16)).append(Character.forDigit(octet & 15, 16));
        }
        return text.toString();
    }
}
