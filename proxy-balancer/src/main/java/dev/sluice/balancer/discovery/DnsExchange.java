package dev.sluice.balancer.discovery;

import dev.sluice.proxy.internal.DurationText;
import dev.sluice.proxy.time.TimeSource;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;

/**
 * One question to one server. Each has its own socket, with a port from the operating system, and a random id. The
 * socket is connected, so it receives nothing from elsewhere (RFC 5452 §9.2). Not for several threads.
 */
final class DnsExchange {
    /** Without EDNS at most 512 bytes may come (RFC 1035 §4.2.1). */
    private static final int BUFFER_BYTES = 4_096;

    /** The greatest number of datagrams that are looked at though they do not answer the question. */
    private static final int MOST_STRAYS = 100;

    private final InetSocketAddress server;
    private final DnsQuestion question;
    private final int id;
    private final TimeSource time;
    private final Duration timeout;

    DnsExchange(InetSocketAddress server, DnsQuestion question, int id, TimeSource time, Duration timeout) {
        this.server = server;
        this.question = question;
        this.id = id;
        this.time = time;
        this.timeout = timeout;
    }

    DnsMessage overUdp() throws IOException {
        long deadlineNanos = time.deadline(timeout);
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(server);
            byte[] out = question.message(id);
            socket.send(new DatagramPacket(out, out.length));
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int strays = 0; strays < MOST_STRAYS; strays++) {
                socket.setSoTimeout(leftMillis(deadlineNanos));
                DatagramPacket in = new DatagramPacket(buffer, buffer.length);
                socket.receive(in);
                DnsMessage answer = DnsMessage.answer(Arrays.copyOf(buffer, in.getLength()), id, question);
                if (answer != null) {
                    return answer;
                }
            }
            throw new IOException("only answers to other questions");
        } catch (SocketTimeoutException late) {
            throw late(late);
        }
    }

    /** RFC 1035 §4.2.2: each message comes after its length. */
    DnsMessage overTcp() throws IOException {
        long deadlineNanos = time.deadline(timeout);
        try (Socket socket = new Socket()) {
            socket.connect(server, leftMillis(deadlineNanos));
            byte[] out = question.message(id);
            byte[] framed = new byte[2 + out.length];
            framed[0] = (byte) (out.length >> 8);
            framed[1] = (byte) out.length;
            System.arraycopy(out, 0, framed, 2, out.length);
            socket.getOutputStream().write(framed);
            byte[] length = read(socket, 2, deadlineNanos);
            byte[] in = read(socket, (length[0] & 0xff) << 8 | (length[1] & 0xff), deadlineNanos);
            DnsMessage answer = DnsMessage.answer(in, id, question);
            if (answer == null) {
                throw new IOException("an answer to another question");
            }
            return answer;
        } catch (SocketTimeoutException late) {
            throw late(late);
        }
    }

    private byte[] read(Socket socket, int count, long deadlineNanos) throws IOException {
        InputStream in = socket.getInputStream();
        byte[] bytes = new byte[count];
        int size = 0;
        while (size < count) {
            socket.setSoTimeout(leftMillis(deadlineNanos));
            int more = in.read(bytes, size, count - size);
            if (more < 0) {
                throw new EOFException("the connection was closed before the answer was whole");
            }
            size += more;
        }
        return bytes;
    }

    private IOException late(SocketTimeoutException cause) {
        return new IOException("no answer within " + DurationText.of(timeout), cause);
    }

    /** At least 1, as 0 would mean forever. */
    private int leftMillis(long deadlineNanos) throws SocketTimeoutException {
        long left = deadlineNanos - time.nanos();
        if (left <= 0) {
            throw new SocketTimeoutException();
        }
        return (int) Math.min(Integer.MAX_VALUE, Math.max(1, left / 1_000_000));
    }
}
