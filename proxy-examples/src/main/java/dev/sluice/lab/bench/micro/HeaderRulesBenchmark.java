package dev.sluice.lab.bench.micro;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Client;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.header.Forwarding;
import dev.sluice.proxy.header.OriginMask;
import dev.sluice.proxy.header.Via;
import dev.sluice.proxy.header.rule.HopByHop;
import dev.sluice.proxy.header.rule.MaskedHead;
import dev.sluice.proxy.header.rule.OriginMapping;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The rules that a reverse proxy applies to the fields of each message. The messages are a browser's request with 14
 * field lines, and an origin's response with 9, with a redirect and a cookie. Measures each rule alone, and all in the
 * proxy's order.
 *
 * <pre>mvn -q compile -Pjmh -Dexec.args="HeaderRulesBenchmark -prof gc"</pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class HeaderRulesBenchmark {
    private static final Headers RESPONSE = Headers.of(
            "Server", "nginx",
            "Date", "Mon, 06 May 2024 12:00:00 GMT",
            "Content-Type", "text/html; charset=utf-8",
            "Content-Length", "1024",
            "Connection", "keep-alive",
            "Vary", "Accept-Encoding",
            "Location", "http://origin.internal:9000/articles/2024/05/next",
            "Set-Cookie", "session=0f8fad5bd9cb469f; Path=/; Domain=origin.internal; HttpOnly",
            "Cache-Control", "private, max-age=0");

    private final Headers request = BrowserRequest.HEADERS;
    private final Headers requestAlone = HopByHop.request(request, false);
    private final Headers responseAlone = HopByHop.response("GET", 302, RESPONSE, false);
    private final Via via = Via.of("proxy.example.com");
    private final Authority asked = Authority.parse("www.example.com");
    private final Client client = new Client(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 50_000),
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 8080),
            null);
    private final OriginMapping mapping =
            new OriginMapping("http", asked, "", "http", Authority.parse("origin.internal:9000"), "");

    /** Hop-by-hop fields of the request. */
    @Benchmark
    public Headers hopByHopRequest() {
        return HopByHop.request(request, false);
    }

    /** Hop-by-hop fields of the response. */
    @Benchmark
    public Headers hopByHopResponse() {
        return HopByHop.response("GET", 302, RESPONSE, false);
    }

    /** The {@code X-Forwarded} fields. */
    @Benchmark
    public Headers forwarding() {
        return Forwarding.DEFAULT.apply(requestAlone, client, asked, "");
    }

    /** The request's {@code Via}. */
    @Benchmark
    public Headers via() throws ProxyException {
        return via.request(requestAlone, HttpVersion.HTTP_1_1);
    }

    /** The redirect, the cookie and the {@code Server} field of the response. */
    @Benchmark
    public Headers originMask() {
        return new MaskedHead(OriginMask.DEFAULT, () -> mapping).apply(responseAlone);
    }

    /** All rules of a request, in the proxy's order. */
    @Benchmark
    public Headers wholeRequest() throws ProxyException {
        Headers own = Forwarding.DEFAULT.apply(HopByHop.request(request, false), client, asked, "");
        return via.request(own, HttpVersion.HTTP_1_1);
    }

    /** All rules of a response, in the proxy's order. */
    @Benchmark
    public Headers wholeResponse() {
        Headers masked =
                new MaskedHead(OriginMask.DEFAULT, () -> mapping).apply(HopByHop.response("GET", 302, RESPONSE, false));
        return via.response(masked, HttpVersion.HTTP_1_1);
    }
}
