package dev.sluice.lab.bench;

import dev.sluice.lab.ChildProcess;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The lower limit: the cost of a proxy that only moves bytes. It reads a request's head, writes the same bytes to a
 * pooled connection, reads a response with {@code Content-Length}, and writes it back. It checks nothing, changes
 * nothing, has no timeouts, and knows only requests without a body. A thread for each connection, virtual where the JDK
 * has them.
 */
final class Bare {
    private static final int REQUEST_BYTES = 4 * 1024;
    private static final int RESPONSE_BYTES = 64 * 1024;
    private static final int BACKLOG = 4096;

    /** With {@code -Dbare.yield=off}, for a comparison, each read waits at once. */
    private static final boolean YIELD = !"off".equals(System.getProperty("bare.yield"));

    /** What it answers to paths in {@code /memory}, without asking anybody: the lower limit of a hit. */
    private static final String ANSWERED = "GET /memory/";

    private static final byte[] ANSWER =
            ("HTTP/1.1 200 OK\r\nContent-Length: 1024\r\n\r\n" + "x".repeat(1024)).getBytes(StandardCharsets.US_ASCII);

    private final List<ConcurrentLinkedDeque<Connection>> idle = new ArrayList<>();
    private final List<SocketAddress> origins = new ArrayList<>();

    private Bare(List<String> addresses) {
        for (String address : addresses) {
            int colon = address.lastIndexOf(':');
            origins.add(
                    new InetSocketAddress(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1))));
            idle.add(new ConcurrentLinkedDeque<>());
        }
    }

    /** Serves until standard input ends. The arguments are the origins, {@code host:port}. */
    public static void main(String[] args) throws IOException {
        Bare bare = new Bare(List.of(args));
        ServerSocketChannel server = ServerSocketChannel.open();
        server.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), BACKLOG);
        Workers.start(() -> bare.accept(server));
        System.out.println(ChildProcess.READY + server.socket().getLocalPort());
        Answers.untilInputEnds();
        System.exit(0);
    }

    /** A connection to an origin, with the buffer for its responses. */
    private record Connection(SocketChannel channel, ByteBuffer buffer) {}

    private void accept(ServerSocketChannel server) {
        try {
            while (true) {
                SocketChannel client = server.accept();
                Workers.start(() -> serve(client));
            }
        } catch (IOException closed) {
            throw new IllegalStateException(closed);
        }
    }

    private void serve(SocketChannel client) {
        try (client) {
            client.setOption(StandardSocketOptions.TCP_NODELAY, true);
            ByteBuffer request = ByteBuffer.allocateDirect(REQUEST_BYTES);
            while (readHead(client, request) > 0) {
                if (isAnswered(request)) {
                    write(client, request.clear().put(ANSWER));
                    continue;
                }
                int origin =
                        origins.size() == 1 ? 0 : ThreadLocalRandom.current().nextInt(origins.size());
                Connection connection = idle.get(origin).pollFirst();
                Connection used = connection == null ? connect(origins.get(origin)) : connection;
                exchange(client, request, used);
                idle.get(origin).addFirst(used);
            }
        } catch (IOException gone) {
            // Either side may have failed; the other one sees the end.
        }
    }

    private static boolean isAnswered(ByteBuffer request) {
        for (int i = 0; i < ANSWERED.length(); i++) {
            if (request.get(i) != ANSWERED.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static Connection connect(SocketAddress origin) throws IOException {
        SocketChannel channel = SocketChannel.open(origin);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        return new Connection(channel, ByteBuffer.allocateDirect(RESPONSE_BYTES));
    }

    private static void exchange(SocketChannel client, ByteBuffer request, Connection origin) throws IOException {
        ByteBuffer buffer = origin.buffer;
        write(origin.channel, request);
        int head = readHead(origin.channel, buffer);
        if (head < 0) {
            throw new EOFException("the origin closed");
        }
        long left = head + contentLength(buffer, head) - buffer.position();
        write(client, buffer);
        while (left > 0) {
            buffer.clear();
            int count = origin.channel.read(buffer);
            if (count < 0) {
                throw new EOFException("the origin closed in a body");
            }
            left -= count;
            write(client, buffer);
        }
    }

    private static void write(SocketChannel to, ByteBuffer filled) throws IOException {
        filled.flip();
        while (filled.hasRemaining()) {
            to.write(filled);
        }
    }

    /**
     * Reads up to the end of a head, and perhaps further. Returns the head's length, or -1 at the end of the stream.
     * The bytes are not there yet, because this thread has just written to the other side. So other threads run first.
     * In a busy proxy that takes long enough that the read then finds bytes. The thread need not be parked and woken by
     * a poller, which saves at least two system calls.
     */
    @SuppressWarnings("ThreadPriorityCheck")
    private static int readHead(SocketChannel from, ByteBuffer into) throws IOException {
        into.clear();
        if (YIELD) {
            Thread.yield();
        }
        int seen = 0;
        while (from.read(into) > 0) {
            for (int i = seen; i + 3 < into.position(); i++) {
                if (into.get(i + 3) == '\n' && into.get(i + 2) == '\r' && into.get(i + 1) == '\n') {
                    return i + 4;
                }
            }
            seen = Math.max(0, into.position() - 3);
        }
        return -1;
    }

    /** The only field that begins with {@code Content-L}. */
    private static long contentLength(ByteBuffer head, int length) throws IOException {
        for (int i = 0; i + 17 < length; i++) {
            if (head.get(i) == '\n' && is(head, i + 1, 'c') && is(head, i + 9, 'l') && head.get(i + 15) == ':') {
                long value = 0;
                for (int j = i + 16; head.get(j) != '\r'; j++) {
                    value = head.get(j) == ' ' ? value : value * 10 + head.get(j) - '0';
                }
                return value;
            }
        }
        throw new IOException("a response without Content-Length");
    }

    private static boolean is(ByteBuffer text, int index, char lowerCase) {
        return (text.get(index) | 0x20) == lowerCase;
    }
}
