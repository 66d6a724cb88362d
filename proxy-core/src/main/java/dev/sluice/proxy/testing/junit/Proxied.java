package dev.sluice.proxy.testing.junit;

import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.ScriptedOrigin;
import dev.sluice.proxy.testing.change.Change;
import java.io.IOException;
import java.net.SocketTimeoutException;
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
        return new Proxied(subject, ScriptedOrigin.start(behindHead(script)), List.of());
    }

    /** Plays the script once the head of a request of the contract has come; others are answered. */
    static ScriptedOrigin.Script behindHead(ScriptedOrigin.Script script) {
        return connection -> {
            if (Mark.of(connection.readHead()).isEmpty()) {
                connection.write(OK);
            } else {
                script.play(connection);
            }
        };
    }

    static Proxied answering(Subject subject, Answer answer) throws Exception {
        List<Message> received = new CopyOnWriteArrayList<>();
        ScriptedOrigin upstream = ScriptedOrigin.start(connection -> {
            while (true) {
                Message request = Message.request(connection);
                boolean own = !request.mark().isEmpty();
                boolean unclear = !request.whole() && !request.cut();
                if (own || unclear) {
                    received.add(request);
                }
                if (!request.whole()) {
                    return;
                }
                if (own) {
                    answer.to(request, connection);
                } else {
                    connection.write(OK);
                }
            }
        });
        return new Proxied(subject, upstream, received);
    }

    RawConnection connect() throws IOException {
        return RawConnection.connect(server.address());
    }

    /**
     * The response to a request on a connection of its own.
     *
     * @throws AssertionError if there is none
     */
    Message ask(String request) throws IOException {
        Message answered = askOrEnd(request);
        if (answered.isHeadless()) {
            throw new AssertionError(new Finding(String.valueOf(answered.fault()))
                    .sent("the client", request)
                    .arrived("the client", answered.bytes()));
        }
        return answered;
    }

    /**
     * The same for a request that the proxy need not answer: the message has no head if the connection ends before.
     *
     * @throws AssertionError if there is neither
     */
    Message askOrEnd(String request) throws IOException {
        try (RawConnection client = connect()) {
            return askOrEnd(client, request);
        }
    }

    /** The same on a connection that is there already. */
    static Message askOrEnd(RawConnection client, String request) {
        try {
            client.write(request);
        } catch (IOException refused) {
            // It may have been answered before it was whole.
        }
        try {
            return Message.response(client, request.substring(0, request.indexOf(' ')));
        } catch (SocketTimeoutException silence) {
            throw new AssertionError(
                    new Finding("the proxy has neither answered nor ended the connection within "
                                    + Change.LIMIT.toSeconds() + " s")
                            .sent("the client", request)
                            .toString(),
                    silence);
        } catch (IOException end) {
            return Message.NONE;
        }
    }

    /**
     * Sends a request that must go on.
     *
     * @throws AssertionError if it does not, so that a rule is not kept by refusing everything
     */
    Exchange exchange(String request) throws IOException {
        Message answered = ask(request);
        List<Message> arrived = received(request);
        if (arrived.isEmpty()) {
            throw new AssertionError(new Finding(
                            "the proxy does not pass on an ordinary request with its query, as it must for the rules"
                                    + " to be tried: path() and fields() say what it takes")
                    .sent("the client", request)
                    .arrived("the client", answered.bytes()));
        }
        return new Exchange(request, arrived.get(0), answered);
    }

    /** Requires that an ordinary request goes on. */
    void requireThatItPassesOn() throws IOException {
        exchange(subject.request("GET"));
    }

    /**
     * What has reached the upstream: requests of the contract, and what has no clear meaning; after {@link #close} nothing
     * more comes.
     */
    List<Message> received() {
        return received;
    }

    /** This request among them, more than once if the proxy has tried it again. */
    List<Message> received(String request) {
        String mark = Mark.of(request);
        return received.stream().filter(message -> message.mark().equals(mark)).toList();
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
