package dev.sluice.proxy.testing.junit;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.server.ProxyServer;
import java.net.URI;
import org.junit.jupiter.api.Test;

/**
 * What clients and upstreams may expect of any proxy, as tests of JUnit 5 or 6 against one that you have configured, with
 * your routes and filters: what one of them broke is named, with the bytes that were sent and that arrived.
 *
 * <pre>{@code
 * class MyProxyContractTest extends ProxyContract {
 *     @Override
 *     protected ProxyServer.Builder proxy(URI upstream) {
 *         return ProxyServer.builder().addRoute("/**", upstream.toString()).addFilter(new MyFilter());
 *     }
 * }
 * }</pre>
 *
 * <p>Each rule is a test. One that your proxy must not keep is left out by a method without {@code @Test} that overrides
 * it. Each test starts proxies of its own, on the loopback interface, and closes them; a wait gives up after 10 s. Tests
 * may run in parallel.
 */
@SuppressWarnings("exports") // users of this package read JUnit's module, and other users have none
public abstract class ProxyContract {
    private static final int LARGEST_BODY = 10 * 1024 * 1024;

    /** For your class. */
    protected ProxyContract() {}

    /**
     * Your proxy in front of this upstream, once for each part of a test. A handler is given as {@code
     * ProxyServer.builder().addRoute("/**", handler)}. Without TLS for its clients: the contract speaks plain HTTP, at a
     * port of its own choice. It starts the server and closes it.
     *
     * @throws Exception any, which fails the test
     */
    protected abstract ProxyServer.Builder proxy(URI upstream) throws Exception;

    /**
     * A path, with its query, that your proxy passes on to the upstream for every method; {@code /} by default. Each request
     * has a parameter more, {@code sluice-contract}, by which it is known at the upstream: what your proxy sends on its own,
     * such as health checks and second tries, does not count.
     */
    protected String path() {
        return "/";
    }

    /** What each request has, such as a credential; nothing by default. {@code Host} is {@code proxy.test} unless it is here. */
    protected Headers fields() {
        return Headers.empty();
    }

    /** The bytes of the largest body that your proxy passes on, if it has a limit; 10 MiB by default. */
    protected int largestBody() {
        return LARGEST_BODY;
    }

    /** Fields about the client's connection stay there: {@code Connection}, what it names, and others. */
    @Test
    protected void requestsLeaveTheFieldsOfTheConnectionBehind() throws Exception {
        ConnectionFieldRules.requests(subject());
    }

    /** Fields about the upstream's connection stay there. */
    @Test
    protected void responsesLeaveTheFieldsOfTheConnectionBehind() throws Exception {
        ConnectionFieldRules.responses(subject());
    }

    /** {@code Forwarded}, {@code X-Forwarded-…} and {@code X-Real-IP} of a client that nobody trusts do not go on. */
    @Test
    protected void forgedForwardingFieldsDoNotGoOn() throws Exception {
        ForwardedRules.check(subject());
    }

    /** A request that two readers could end at different places is refused, or goes on in one meaning. */
    @Test
    protected void requestsGoOnWithOneMeaning() throws Exception {
        RequestFramingRules.check(subject());
    }

    /** A response that two readers could end at different places becomes an error, or goes on in one meaning. */
    @Test
    protected void responsesGoOnWithOneMeaning() throws Exception {
        ResponseFramingRules.check(subject());
    }

    /** The client sees that a response has broken off. */
    @Test
    protected void aResponseThatBreaksOffIsNeverWhole() throws Exception {
        TruncationRules.responses(subject());
    }

    /** The upstream sees that a request has broken off. */
    @Test
    protected void aRequestThatBreaksOffIsNeverWhole() throws Exception {
        TruncationRules.requests(subject());
    }

    /** The answer to HEAD has no body, the length that GET has, and leaves the connection in order. */
    @Test
    protected void answersToHeadHaveNoBody() throws Exception {
        BodilessRules.head(subject());
    }

    /** 304 stays 304, without a body, and leaves the connection in order. */
    @Test
    protected void answersWith304HaveNoBody() throws Exception {
        BodilessRules.notModified(subject());
    }

    /** {@code Max-Forwards} of TRACE and OPTIONS counts down, and ends at 0. */
    @Test
    protected void maxForwardsCountsDown() throws Exception {
        MaxForwardsRules.check(subject());
    }

    /** If the upstream fails, the client learns neither its address nor anything of the program. */
    @Test
    protected void errorsTellNothingInternal() throws Exception {
        ErrorRules.check(subject());
    }

    /** Bodies of requests arrive as they were sent: of 0 bytes up to {@link #largestBody}, with a length or in chunks. */
    @Test
    protected void requestBodiesOfAnySizeArrive() throws Exception {
        BodyRules.requests(subject());
    }

    /** Bodies of responses arrive as they were sent: of 0 bytes up to {@link #largestBody}, with a length or in chunks. */
    @Test
    protected void responseBodiesOfAnySizeArrive() throws Exception {
        BodyRules.responses(subject());
    }

    /** A large body goes on while it comes; the proxy does not hold the whole of it. Below 1 MiB it may. */
    @Test
    protected void largeBodiesGoOnWhileTheyCome() throws Exception {
        StreamingRules.requests(subject());
        StreamingRules.responses(subject());
    }

    /** Once the client has left, the upstream need not go on. */
    @Test
    protected void aClientThatLeavesEndsTheResponseOfTheUpstream() throws Exception {
        LeavingRules.check(subject());
    }

    private Subject subject() {
        return new Subject(this::proxy, path(), fields(), largestBody());
    }
}
