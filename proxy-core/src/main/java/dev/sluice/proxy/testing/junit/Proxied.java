package dev.sluice.proxy.testing.junit;

import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.ScriptedOrigin;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A proxy under contract that runs in front of an upstream. Safe for use by many threads. */
final class Proxied implements AutoCloseable {
    /** An ordinary response. */
    static final String OK = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok";

    private final Subject subject;
    private final ScriptedOrigin upstream;
    private final ProxyServer server;
    private final List<Message> received;

    /** What an upstream does with a request that it has read. */
    @FunctionalInterface
    interface Answer {
        void to(Message request, RawConnection connection) throws Exception;
    }

    private Proxied(Subject subject, ScriptedOrigin upstream, List<Message> received) throws Exception {
        this.subject = subject;
        this.upstream = upstream;
        this.received = received;
        try {
            this.server = subject.start(upstream.uri());
        } catch (Exception failure) {
            upstream.close();
            throw failure;
        }
    }

    static Proxied playing(Subject subject, ScriptedOrigin.Script script) throws Exception {
        return new Proxied(subject, ScriptedOrigin.start(script), List.of());
    }

    static Proxied answering(Subject subject, Answer answer) throws Exception {
        List<Message> received = new CopyOnWriteArrayList<>();
        ScriptedOrigin upstream = ScriptedOrigin.start(connection -> {
            while (true) {
                Message request = Message.request(connection);
                received.add(request);
                if (request.fault() != null) {
                    return;
                }
                answer.to(request, connection);
            }
        });
        return new Proxied(subject, upstream, received);
    }

    ScriptedOrigin upstream() {
        return upstream;
    }

    RawConnection connect() throws IOException {
        return RawConnection.connect(server.address());
    }

    /**
     * The response to a request on a connection of its own.
     *
     * @throws EOFException if the connection ends before there is one
     */
    Message ask(String request) throws IOException {
        try (RawConnection client = connect()) {
            return ask(client, request);
        }
    }

    static Message ask(RawConnection client, String request) throws IOException {
        client.write(request);
        return Message.response(client, request.substring(0, request.indexOf(' ')));
    }

    /**
     * Sends a request that must go on.
     *
     * @throws AssertionError if it does not, so that a rule is not kept by refusing everything
     */
    Exchange exchange(String request) throws IOException {
        int before = received.size();
        Message answered = ask(request);
        if (received.size() != before + 1) {
            throw new AssertionError(
                    new Finding("the proxy does not pass on an ordinary request, as it must for the rules to be tried:"
                                    + " path() and fields() say what it takes")
                            .sent("the client", request)
                            .arrived("the client", answered.bytes()));
        }
        return new Exchange(request, received.get(before), answered);
    }

    /** Requires that an ordinary request goes on. */
    void requireThatItPassesOn() throws IOException {
        exchange(subject.request("GET"));
    }

    /** What has reached the upstream; after {@link #close} nothing more comes. */
    List<Message> received() {
        return received;
    }

    /** Ends everything. The second call has no effect. */
    @Override
    public void close() {
        server.close(Duration.ZERO);
        upstream.close();
    }

    /**
     * A request that went on, and its response.
     *
     * @param sent by the client
     * @param atUpstream what the upstream got
     * @param answered what the client got
     */
    record Exchange(String sent, Message atUpstream, Message answered) {}
}
