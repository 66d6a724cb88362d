package dev.sluice.proxy.transport.jdk;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.RequestTarget;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.ScriptedOrigin;
import dev.sluice.proxy.testing.TestExchange;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/** An origin that plays a script, and an upstream of the JDK transport that points to it. */
final class JdkUpstreamFixture implements AutoCloseable {
    static final String EMPTY_OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    private final ScriptedOrigin origin;
    private final TimeSource time;
    private final JdkTransport transport = JdkTransport.builder().build();
    private final Upstream upstream;
    private final Signal lost = new Signal();

    private JdkUpstreamFixture(TimeSource time, ScriptedOrigin.Script script) throws IOException {
        this.time = time;
        this.origin = ScriptedOrigin.start(script);
        this.upstream = transport.upstream("a", origin.uri());
    }

    static JdkUpstreamFixture on(TimeSource time, ScriptedOrigin.Script script) throws IOException {
        return new JdkUpstreamFixture(time, script);
    }

    static JdkUpstreamFixture playing(ScriptedOrigin.Script script) throws IOException {
        return on(TimeSource.system(), script);
    }

    /** Answers each request without a body with these bytes, and keeps the connection. */
    static JdkUpstreamFixture answering(String response) throws IOException {
        return playing(connection -> {
            while (true) {
                connection.readHead();
                connection.write(response);
            }
        });
    }

    /** Answers the first request with these bytes, and closes the connection. */
    static JdkUpstreamFixture answeringOnce(String response) throws IOException {
        return playing(connection -> {
            connection.readHead();
            connection.write(response);
        });
    }

    ScriptedOrigin origin() {
        return origin;
    }

    Upstream upstream() {
        return upstream;
    }

    JdkTransport transport() {
        return transport;
    }

    Exchange exchange() {
        return TestExchange.begin(time);
    }

    ProxyRequest.Builder request(String method, String pathAndQuery) {
        return request(exchange(), method, pathAndQuery);
    }

    ProxyRequest.Builder request(Exchange exchange, String method, String pathAndQuery) {
        return ProxyRequest.builder(exchange, method, RequestTarget.of("http", upstream.authority(), pathAndQuery));
    }

    ProxyResponse send(ProxyRequest.Builder request) throws IOException, InterruptedException {
        return upstream.send(request.build());
    }

    ProxyResponse get(String pathAndQuery) throws IOException, InterruptedException {
        return send(request("GET", pathAndQuery));
    }

    /** Sends, reads the response to its end, and returns the head that the origin got. */
    String headOf(ProxyRequest.Builder request) throws IOException, InterruptedException {
        text(send(request));
        return origin.requests().get(origin.requests().size() - 1);
    }

    /** How sending fails. */
    ProxyException failureOf(ProxyRequest.Builder request) {
        return catchThrowableOfType(ProxyException.class, () -> send(request));
    }

    /** For scripts: reads until the other side has closed the connection in any way, and reports it. */
    void awaitLoss(RawConnection connection) {
        try {
            connection.readAll();
        } catch (IOException reset) {
            // A reset counts as an end.
        }
        lost.fire();
    }

    /** Fires when a script has seen the loss of its connection. */
    Signal lost() {
        return lost;
    }

    static boolean within10Seconds(Signal signal) throws InterruptedException {
        TimeSource real = TimeSource.system();
        return real.await(signal, real.deadline(Duration.ofSeconds(10)));
    }

    static String text(ProxyResponse response) throws IOException {
        try (response) {
            return new String(response.body().readAll(1 << 20), StandardCharsets.ISO_8859_1);
        }
    }

    /** Runs {@code work} beside the test. */
    static <T> CompletableFuture<T> beside(Callable<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        TimeSource.system().start("test", () -> {
            try {
                result.complete(work.call());
            } catch (Throwable failure) {
                result.completeExceptionally(failure);
            }
        });
        return result;
    }

    /** A body of unknown length. */
    static Body stream(InputStream stream) {
        return Body.of(stream, Body.UNKNOWN);
    }

    @Override
    public void close() {
        transport.close();
        origin.close();
    }
}
