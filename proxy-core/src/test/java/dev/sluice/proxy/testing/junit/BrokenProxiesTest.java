package dev.sluice.proxy.testing.junit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.error.ErrorHandler;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.server.ProxyServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.EngineExecutionResults;

/** A proxy that breaks one rule fails the test of that rule and no other, with the bytes that show it. */
class BrokenProxiesTest {
    private static Subject.Maker maker = upstream -> {
        throw new IllegalStateException("no proxy is given");
    };
    private static String path = "/";

    /** Never runs by itself. */
    static class Contract extends ProxyContract {
        @Override
        protected ProxyServer.Builder proxy(URI upstream) throws Exception {
            return maker.proxy(upstream);
        }

        @Override
        protected String path() {
            return path;
        }

        /** As large as streaming is looked at. */
        @Override
        protected int largestBody() {
            return 1 << 20;
        }
    }

    private static Map<String, Throwable> failures(Subject.Maker broken) {
        maker = broken;
        path = "/";
        EngineExecutionResults results = Runs.of(Contract.class);
        assertThat(results.testEvents().started().count()).isEqualTo(15);
        return Runs.failures(results);
    }

    /** Requires that this test alone fails, and that its message has these parts in this order. */
    private static void assertBreaks(String rule, Subject.Maker broken, String... parts) {
        Map<String, Throwable> failures = failures(broken);

        assertThat(failures).containsOnlyKeys(rule);
        assertThat(failures.get(rule)).isInstanceOf(AssertionError.class);
        assertThat(failures.get(rule).getMessage()).containsSubsequence(parts);
    }

    private static Subject.Maker filter(ProxyFilter filter) {
        return upstream -> ProxyServer.builder().addFilter(filter).addRoute("/**", upstream.toString());
    }

    private static Subject.Maker rewrite(ReverseProxy.Rewrite rewrite) {
        return upstream -> ProxyServer.builder()
                .addRoute(
                        "/**",
                        ReverseProxy.builder(upstream.toString())
                                .rewrite(rewrite)
                                .build());
    }

    @Test
    void aFieldOfTheClientsConnectionGoesOn() {
        assertBreaks(
                "requestsLeaveTheFieldsOfTheConnectionBehind",
                rewrite((request, changed) -> changed.header("X-Named", "named")),
                "A proxy must not pass on the fields of a connection, and what Connection names (RFC 9110 §7.6.1):\n"
                        + "X-Named: named of the client reached the upstream\n"
                        + "the client sent:\n"
                        + "  GET /?sluice-contract=",
                " HTTP/1.1\\r\\n\n"
                        + "  Host: proxy.test\\r\\n\n"
                        + "  Connection: X-Named, x-also-named\\r\\n\n"
                        + "  X-Named: named\\r\\n\n"
                        + "  \\r\\n\n"
                        + "the upstream got:\n"
                        + "  GET /?sluice-contract=",
                "  X-Named: named\\r\\n");
    }

    @Test
    void aFieldOfTheUpstreamsConnectionGoesBack() {
        assertBreaks(
                "responsesLeaveTheFieldsOfTheConnectionBehind",
                filter((request, next) -> {
                    ProxyResponse response = next.handle(request);
                    return response.toBuilder().header("X-Named", "named").build();
                }),
                "X-Named: named of the upstream reached the client",
                "the upstream sent:",
                "X-Named: named\\r\\n",
                "the client got:",
                "X-Named: named\\r\\n");
    }

    @Test
    void whatConnectionNamesGoesOnWhateverComesBesideIt() {
        maker = BypassTransport.when(head -> head.contains("Connection: X-Named"));
        path = "/";
        Throwable failure = Runs.failures(Runs.of(Contract.class)).get("requestsLeaveTheFieldsOfTheConnectionBehind");

        assertThat(failure.getMessage().lines().filter(line -> line.endsWith(" of the client reached the upstream")))
                .doesNotHaveDuplicates()
                .contains("Connection: X-Named of the client reached the upstream")
                .hasSize(9);
    }

    @Test
    void aForgedAddressGoesOn() {
        assertBreaks(
                "forgedForwardingFieldsDoNotGoOn",
                rewrite((request, changed) -> request.headers()
                        .first("X-Forwarded-For")
                        .ifPresent(value -> changed.header("X-Forwarded-For", value))),
                "X-Forwarded-For: 192.0.2.66 of the client reached the upstream",
                "the upstream got:",
                "X-Forwarded-For: 192.0.2.66\\r\\n");
    }

    @Test
    void anAmbiguousRequestGoesOn() {
        assertBreaks(
                "requestsGoOnWithOneMeaning",
                BypassTransport.when(head -> head.contains("Content-Length") && head.contains("Transfer-Encoding")),
                "Content-Length beside Transfer-Encoding; Transfer-Encoding beside Content-Length: it went on with both"
                        + " Content-Length and Transfer-Encoding\n",
                "the client sent:",
                "Content-Length: 1\\r\\n",
                "the upstream got:",
                "Content-Length: 1\\r\\n",
                "Transfer-Encoding: chunked\\r\\n");
    }

    @Test
    void aRequestBehindOneThatIsRefusedGoesOn() {
        assertBreaks(
                "requestsGoOnWithOneMeaning",
                BypassTransport.behind(head -> head.contains("Transfer-Encoding: xchunked")),
                "a coding that is not known: what follows it went on as well",
                "the upstream got:",
                "GET /?sluice-contract=",
                "  Host: proxy.test\\r\\n\n  \\r\\n");
    }

    @Test
    void anAmbiguousResponseGoesBackAsIfItWereGood() {
        assertBreaks(
                "responsesGoOnWithOneMeaning",
                upstream -> ProxyServer.builder()
                        .onError((request, failure) -> failure.outcome() == Outcome.BAD_RESPONSE
                                ? ProxyResponse.of(200, "x")
                                : ErrorHandler.standardPage(request, failure))
                        .addRoute("/**", upstream.toString()),
                "two lengths; a length with a sign; a coding that is not known: it went on as if it were whole\n",
                "the upstream sent:",
                "Content-Length: 1\\r\\n\n  Content-Length: 2\\r\\n",
                "the client got:",
                "HTTP/1.1 200 OK\\r\\n");
    }

    @Test
    void aResponseThatBrokeOffLooksWhole() {
        assertBreaks(
                "aResponseThatBreaksOffIsNeverWhole",
                filter((request, next) -> {
                    ProxyResponse response = next.handle(request);
                    return response.body().length() == 1000
                            ? response.toBuilder()
                                    .body(Body.of(whatComes(response.body())))
                                    .build()
                            : response;
                }),
                "a body with a length: it broke off, and the client got it as if it were whole",
                "the upstream sent:",
                "Content-Length: 1000\\r\\n",
                "the client got:",
                "xxxxxxxxxx");
    }

    @Test
    void aRequestThatBrokeOffLooksWhole() {
        assertBreaks(
                "aRequestThatBreaksOffIsNeverWhole",
                filter((request, next) -> next.handle(
                        request.body().length() == 10
                                ? request.toBuilder()
                                        .body(Body.of(whatComes(request.body())))
                                        .build()
                                : request)),
                "a body with a length: it broke off, and the upstream got it as if it were whole",
                "the client sent:",
                "Content-Length: 10\\r\\n",
                "the upstream got:",
                "Content-Length: 5\\r\\n",
                "short");
    }

    private static byte[] whatComes(Body body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (InputStream in = body.open()) {
            for (int b = in.read(); b >= 0; b = in.read()) {
                bytes.write(b);
            }
        } catch (IOException cut) {
            // That is the fault.
        }
        return bytes.toByteArray();
    }

    @Test
    void headHasAnotherLength() {
        assertBreaks(
                "answersToHeadHaveNoBody",
                filter((request, next) ->
                        request.method().equals("HEAD") ? ProxyResponse.of(200, "another") : next.handle(request)),
                "Content-Length is 7 for HEAD and 5 for GET",
                "the client for HEAD got:",
                "Content-Length: 7\\r\\n");
    }

    @Test
    void notModifiedBecomesAnotherStatus() {
        assertBreaks(
                "answersWith304HaveNoBody",
                filter((request, next) -> {
                    ProxyResponse response = next.handle(request);
                    return response.status() == 304 ? ProxyResponse.of(200, "hello") : response;
                }),
                "304 became 200",
                "the upstream sent:",
                "HTTP/1.1 304 Not Modified\\r\\n",
                "the client got:",
                "HTTP/1.1 200 OK\\r\\n");
    }

    @Test
    void maxForwardsStaysAsItIs() {
        assertBreaks(
                "maxForwardsCountsDown",
                rewrite((request, changed) -> request.headers()
                        .first("Max-Forwards")
                        .ifPresent(value -> changed.header("Max-Forwards", value))),
                "OPTIONS with Max-Forwards: 1; OPTIONS with Max-Forwards: 5: it reached the upstream as it was\n",
                "the client sent:",
                "Max-Forwards: 1\\r\\n",
                "the upstream got:",
                "Max-Forwards: 1\\r\\n");
    }

    @Test
    void anErrorPageTellsTheException() {
        assertBreaks(
                "errorsTellNothingInternal",
                upstream -> ProxyServer.builder()
                        .onError((request, failure) -> ProxyResponse.of(502, "sorry: " + failure))
                        .addRoute("/**", upstream.toString()),
                "the upstream resets the connection; the upstream closes the connection; the upstream sends garbage:"
                        + " the client learns \"dev.sluice.proxy.ProxyException\"\n",
                "the client got:",
                "sorry: dev.sluice.proxy.ProxyException");
    }

    @Test
    void anErrorPageTellsThePort() {
        assertBreaks(
                "errorsTellNothingInternal",
                upstream -> ProxyServer.builder()
                        .onError((request, failure) -> ProxyResponse.of(502, "no answer from " + upstream))
                        .addRoute("/**", upstream.toString()),
                "the upstream refuses connections: the client learns its port\n",
                "no answer from http://127.0.0.1:");
    }

    @Test
    void aBodyOfARequestIsChanged() {
        assertBreaks(
                "requestBodiesOfAnySizeArrive",
                filter((request, next) -> next.handle(
                        request.body().length() == 1 << 16
                                ? request.toBuilder()
                                        .body(Body.of(new byte[1 << 15]))
                                        .build()
                                : request)),
                "a body of 65536 bytes with a length: 32768 bytes came, which differ at byte 0",
                "the upstream got:",
                "Content-Length: 32768\\r\\n");
    }

    @Test
    void aBodyOfAResponseIsChanged() {
        assertBreaks(
                "responseBodiesOfAnySizeArrive",
                filter((request, next) -> {
                    ProxyResponse response = next.handle(request);
                    return response.body().length() == 1 << 16
                            ? response.toBuilder().body(Body.of("other")).build()
                            : response;
                }),
                "a body of 65536 bytes with a length: 5 bytes came, which differ at byte 0",
                "the client got:",
                "other");
    }

    @Test
    void aLargeRequestIsHeld() {
        assertBreaks(
                "largeBodiesGoOnWhileTheyCome",
                filter((request, next) -> {
                    if (request.body().length() < 1 << 20) {
                        return next.handle(request);
                    }
                    ProxyRequest held = request.toBuilder()
                            .body(Body.of(request.body().readAll(8 << 20)))
                            .build();
                    return next.handle(held);
                }),
                "the upstream got nothing while the client had sent 524288 of 1048576 bytes");
    }

    @Test
    void aLargeResponseIsHeld() {
        assertBreaks(
                "largeBodiesGoOnWhileTheyCome",
                filter((request, next) -> {
                    ProxyResponse response = next.handle(request);
                    return response.body().length() < 1 << 20
                            ? response
                            : response.toBuilder()
                                    .body(Body.of(response.body().readAll(8 << 20)))
                                    .build();
                }),
                "the client got nothing while the upstream had sent 524288 of 1048576 bytes");
    }

    @Test
    void aResponseGoesOnWithoutItsClient() {
        assertBreaks(
                "aClientThatLeavesEndsTheResponseOfTheUpstream",
                filter((request, next) -> {
                    ProxyResponse response = next.handle(request);
                    boolean unknown = response.body().length() == Body.UNKNOWN;
                    return unknown
                            ? response.toBuilder()
                                    .body(Body.of(response.body().readAll(1 << 28)))
                                    .build()
                            : response;
                }),
                "Once the client has left, the upstream's connection must end:\n"
                        + "the client left after the beginning of the response, and the upstream has sent all of its 64 MiB");
    }

    @Test
    void aProxyThatPassesNothingOnKeepsNoRule() {
        Map<String, Throwable> failures =
                failures(upstream -> ProxyServer.builder().addRoute("/other/**", upstream.toString()));

        assertThat(failures).hasSize(15);
        assertThat(failures.get("maxForwardsCountsDown"))
                .hasMessageStartingWith(
                        "the proxy does not pass on an ordinary request with its query, as it must for the"
                                + " rules to be tried: path() and fields() say what it takes\n")
                .hasMessageContaining("the client got:\n  HTTP/1.1 404 Not Found");
    }

    @Test
    void aConnectionThatEndsBeforeTheAnswerToHeadIsAFinding() {
        assertBreaks(
                "answersToHeadHaveNoBody",
                BypassTransport.cutting(head -> head.startsWith("HEAD ")),
                "The answer to HEAD has the fields of GET and no body (RFC 9110 §9.3.2):\n"
                        + "the connection ended within the head of a response\nthe client sent:\n  HEAD /");
    }

    @Test
    void aConnectionThatEndsWithoutAResponseIsTold() {
        Map<String, Throwable> failures = failures(BypassTransport.cutting(head -> true));

        assertThat(failures).hasSize(15);
        assertThat(failures.values())
                .allSatisfy(failure -> assertThat(failure)
                        .isInstanceOf(AssertionError.class)
                        .hasMessageContaining("the connection ")
                        .hasMessageContaining("within the head of a response")
                        .hasMessageContaining("\nthe client sent:\n"));
    }

    @Test
    void aStreamThatDoesNotBeginIsAFinding() {
        Map<String, Throwable> failures = failures(filter((request, next) -> {
            ProxyResponse response = next.handle(request);
            return response.body().length() == Body.UNKNOWN
                    ? response.toBuilder()
                            .body(Body.of(new BrokenStream(), Body.UNKNOWN))
                            .build()
                    : response;
        }));

        assertThat(failures.get("aClientThatLeavesEndsTheResponseOfTheUpstream"))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("Once the client has left, the upstream's connection must end:\n"
                        + "the connection ended before the beginning of the response: ");
        assertThat(failures.values()).allSatisfy(failure -> assertThat(failure).isInstanceOf(AssertionError.class));
    }

    private static final class BrokenStream extends InputStream {
        @Override
        public int read() throws IOException {
            throw new IOException("broken");
        }
    }
}
