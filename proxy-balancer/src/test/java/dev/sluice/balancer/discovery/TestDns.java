package dev.sluice.balancer.discovery;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A name server on a loopback port, over UDP and TCP. It answers a question without a script with REFUSED. */
final class TestDns implements AutoCloseable {
    /** The questions that it received, such as {@code A one.test} and {@code A one.test over TCP}. */
    final List<String> questions = new CopyOnWriteArrayList<>();

    private final ConcurrentMap<String, Script> scripts = new ConcurrentHashMap<>();
    private final ServerSocket tcp;
    private final DatagramSocket udp;

    TestDns() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        ServerSocket listening = null;
        DatagramSocket bound = null;
        // A port that is free for UDP may be in use for TCP.
        for (int tries = 0; bound == null; tries++) {
            listening = new ServerSocket(0, 50, loopback);
            try {
                bound = new DatagramSocket(new InetSocketAddress(loopback, listening.getLocalPort()));
            } catch (BindException taken) {
                listening.close();
                if (tries == 20) {
                    throw taken;
                }
            }
        }
        this.tcp = listening;
        this.udp = bound;
        start(this::serveUdp);
        start(this::serveTcp);
    }

    private static void start(Loop loop) {
        Thread thread = new Thread(
                () -> {
                    try {
                        while (true) {
                            loop.turn();
                        }
                    } catch (IOException closed) {
                        // The test has ended.
                    }
                },
                "test-dns");
        thread.setDaemon(true);
        thread.start();
    }

    InetSocketAddress address() {
        return new InetSocketAddress(tcp.getInetAddress(), tcp.getLocalPort());
    }

    TestDns answer(String question, Reply reply) {
        return script(question, (id, overTcp) -> List.of(reply.bytes(id)));
    }

    TestDns script(String question, Script script) {
        scripts.put(question, script);
        return this;
    }

    TestDns silent(String question) {
        return script(question, (id, overTcp) -> List.of());
    }

    @Override
    public void close() throws IOException {
        tcp.close();
        udp.close();
    }

    private void serveUdp() throws IOException {
        DatagramPacket in = new DatagramPacket(new byte[1_000], 1_000);
        udp.receive(in);
        for (byte[] reply : replies(Arrays.copyOf(in.getData(), in.getLength()), false)) {
            udp.send(new DatagramPacket(reply, reply.length, in.getSocketAddress()));
        }
    }

    private void serveTcp() throws IOException {
        try (Socket socket = tcp.accept()) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            byte[] question = in.readNBytes(in.readUnsignedShort());
            for (byte[] reply : replies(question, true)) {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                out.write(reply.length >> 8);
                out.write(reply.length);
                out.writeBytes(reply);
                socket.getOutputStream().write(out.toByteArray());
            }
        }
    }

    private List<byte[]> replies(byte[] message, boolean overTcp) throws IOException {
        DnsReader in = new DnsReader(message);
        int id = in.u16();
        for (int i = 0; i < 5; i++) {
            in.u16();
        }
        DnsQuestion question = in.question();
        String key = question == null ? "?" : question.type() + " " + question.name();
        questions.add(overTcp ? key + " over TCP" : key);
        Script script = scripts.get(key);
        return script != null
                ? script.replies(id, overTcp)
                : List.of(Reply.to(question).code(5).bytes(id));
    }

    private interface Loop {
        void turn() throws IOException;
    }

    /** The messages that are sent in return: one, none or several. */
    interface Script {
        List<byte[]> replies(int id, boolean overTcp);
    }

    /** A response that is being built. */
    static final class Reply {
        private final ByteArrayOutputStream records = new ByteArrayOutputStream();
        private final int[] counts = new int[3];
        private final @Nullable DnsQuestion question;
        private int flags = 0x8180;
        private int section;

        private Reply(@Nullable DnsQuestion question) {
            this.question = question;
        }

        static Reply to(@Nullable DnsQuestion question) {
            return new Reply(question);
        }

        static Reply to(String question) {
            String[] words = question.split(" ");
            return new Reply(new DnsQuestion(words[1], DnsType.valueOf(words[0])));
        }

        Reply code(int code) {
            flags = flags & ~0xf | code;
            return this;
        }

        Reply truncated() {
            flags |= 0x0200;
            return this;
        }

        Reply withoutRecursion() {
            flags &= ~0x0080;
            return this;
        }

        Reply authority() {
            section = 1;
            return this;
        }

        Reply additional() {
            section = 2;
            return this;
        }

        Reply address(String name, int ttl, String address) {
            try {
                byte[] bytes = InetAddress.getByName(address).getAddress();
                return record(name, bytes.length == 4 ? 1 : 28, ttl, bytes);
            } catch (IOException impossible) {
                throw new AssertionError(impossible);
            }
        }

        Reply alias(String name, int ttl, String target) {
            return record(name, 5, ttl, name(target));
        }

        Reply service(String name, int ttl, int priority, int weight, int port, String target) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            u16(out, priority);
            u16(out, weight);
            u16(out, port);
            out.writeBytes(name(target));
            return record(name, 33, ttl, out.toByteArray());
        }

        Reply start(String name, int ttl, int minimum) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.writeBytes(name("ns." + name));
            out.writeBytes(name("admin." + name));
            out.writeBytes(new byte[16]);
            u16(out, minimum >> 16);
            u16(out, minimum);
            return record(name, 6, ttl, out.toByteArray());
        }

        Reply record(String name, int type, int ttl, byte[] data) {
            counts[section]++;
            records.writeBytes(name(name));
            u16(records, type);
            u16(records, 1);
            u16(records, ttl >> 16);
            u16(records, ttl);
            u16(records, data.length);
            records.writeBytes(data);
            return this;
        }

        byte[] bytes(int id) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            for (int field : new int[] {id, flags, question == null ? 0 : 1, counts[0], counts[1], counts[2]}) {
                u16(out, field);
            }
            if (question != null) {
                out.writeBytes(name(question.name()));
                u16(out, question.type().code);
                u16(out, 1);
            }
            out.writeBytes(records.toByteArray());
            return out.toByteArray();
        }

        /** A name that ends with {@code @} continues with a pointer to the question's name. */
        private static byte[] name(String name) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            boolean pointer = name.endsWith("@");
            for (String label : name.split("\\.")) {
                if (!label.isEmpty() && !label.equals("@")) {
                    out.write(label.length());
                    out.writeBytes(label.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
                }
            }
            out.writeBytes(pointer ? new byte[] {(byte) 0xc0, 12} : new byte[1]);
            return out.toByteArray();
        }

        private static void u16(ByteArrayOutputStream out, int value) {
            out.write(value >> 8);
            out.write(value);
        }
    }
}
