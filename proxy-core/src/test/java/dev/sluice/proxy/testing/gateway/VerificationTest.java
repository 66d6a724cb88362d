package dev.sluice.proxy.testing.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.time.Awaited;
import dev.sluice.proxy.time.TimeSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a test learns of what a gateway received: each message whole. */
@Timeout(60)
class VerificationTest {
    private static final Duration SHORT = Duration.ofMillis(1);

    private final FakeGateway gateway = FakeGateway.withoutSocket();
    private final TestClient client = TestClient.of(gateway.handler());

    private void get(String... paths) throws Exception {
        for (String path : paths) {
            client.get(path);
        }
    }

    private void post(String path, String body) throws Exception {
        client.send("POST", path, request -> request.body(Body.of(body)));
    }

    private static void assertFails(ThrowingCallable verification, String... lines) {
        assertThatThrownBy(verification)
                .isExactlyInstanceOf(AssertionError.class)
                .hasMessage(String.join("\n", lines));
    }

    @Test
    void whatIsNoPlainTextIsShownWithEscapes() throws Exception {
        assertThat(Quoted.of("a\\n\n\"\u0001\u0085é")).isEqualTo("\"a\\\\n\\n\\\"\\u0001\\u0085é\"");
    }

    @Test
    void whatIsVerifiedHasCome() throws Exception {
        gateway.on("/**").answers("hello");
        get("/a", "/b", "/a");
        gateway.verify("GET /a");
        gateway.verify(2, "GET /a");
        gateway.verify(0, "GET /c");
        gateway.verifyAtLeast(1, "GET /a");
        gateway.verifyAtLeast(2, "GET /a");
        gateway.verifyOrder("GET /a", "GET /b", "GET /a");
        gateway.verifyOrder("GET /a", "GET /a");
        gateway.verifyNoMore();
        gateway.verifyUsed();
        gateway.verifyMatched();
        gateway.close();
    }

    @Test
    void aRequestThatIsMissingStandsBesideTheNearest() throws Exception {
        gateway.on("/**").answers("hello");
        get("/users/7?page=1", "/health");
        assertFails(
                () -> gateway.verify(RequestMatch.of("POST /users/7?page=2").body("Anna")),
                "expected a request of POST /users/7?page=2, body \"Anna\", but there was none",
                "The nearest request is #1 GET /users/7?page=1:",
                "  method: expected POST, but was GET",
                "  parameter page: expected \"2\", but was \"1\"",
                "  body: expected \"Anna\", but was \"\"",
                "Received:",
                "  #1 GET /users/7?page=1 (answered by /**)",
                "  #2 GET /health (answered by /**)");
    }

    @Test
    void ofRequestsThatAreAsNearTheLastIsShown() throws Exception {
        gateway.on("/**").answers("hello");
        get("/a", "/b");
        assertFails(
                () -> gateway.verify("GET /c"),
                "expected a request of GET /c, but there was none",
                "The nearest request is #2 GET /b:",
                "  path: expected /c, but was /b",
                "Received:",
                "  #1 GET /a (answered by /**)",
                "  #2 GET /b (answered by /**)");
    }

    @Test
    void nothingWasReceived() {
        assertFails(
                () -> gateway.verify("GET /"),
                "expected a request of GET /, but there was none",
                "Nothing was received.");
        gateway.verifyNoMore();
    }

    @Test
    void tooFewRequests() throws Exception {
        gateway.on("/**").answers("hello");
        get("/a", "/b");
        assertFails(
                () -> gateway.verify(2, "GET /a"),
                "expected 2 requests of GET /a, but there was 1",
                "Received:",
                "  #1 GET /a (answered by /**)",
                "  #2 GET /b (answered by /**)");
        assertFails(
                () -> gateway.verifyAtLeast(3, "/**"),
                "expected at least 3 requests of /**, but there were 2",
                "Received:",
                "  #1 GET /a (answered by /**)",
                "  #2 GET /b (answered by /**)");
    }

    @Test
    void amongManyRequestsThoseThatWereCountedAreShown() throws Exception {
        gateway.on("/**").answers(200);
        for (int i = 1; i <= 60; i++) {
            client.get("/" + i);
        }
        assertThatThrownBy(() -> gateway.verify(0, "/59"))
                .hasMessageStartingWith(
                        "expected no request of /59, but there was 1:\n  #59 GET /59 (answered by /**)\nReceived:")
                .hasMessageEndingWith("\n  and 10 more");
    }

    @Test
    void tooManyRequests() throws Exception {
        gateway.on("/**").answers("hello");
        get("/a", "/a");
        assertFails(
                () -> gateway.verify(0, "GET /a"),
                "expected no request of GET /a, but there were 2",
                "Received:",
                "  #1 GET /a (answered by /**)",
                "  #2 GET /a (answered by /**)");
        assertFails(
                () -> gateway.verify(1, "GET /a"),
                "expected 1 request of GET /a, but there were 2",
                "Received:",
                "  #1 GET /a (answered by /**)",
                "  #2 GET /a (answered by /**)");
    }

    @Test
    void aCountMakesSense() {
        assertThatThrownBy(() -> gateway.verify(-1, "/"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("times must not be negative: -1");
        assertThatThrownBy(() -> gateway.verifyAtLeast(0, "/"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("times must be positive: 0");
        assertThatThrownBy(() -> gateway.awaitReceived(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("times must be positive: 0");
    }

    @Test
    void requestsInAnotherOrder() throws Exception {
        gateway.on("/**").answers("hello");
        get("/a", "/b", "/c");
        assertFails(
                () -> gateway.verifyOrder("GET /b", "GET /c", "GET /a"),
                "expected in this order: GET /b; GET /c; GET /a",
                "but GET /a did not come after #3 GET /c",
                "Received:",
                "  #1 GET /a (answered by /**)",
                "  #2 GET /b (answered by /**)",
                "  #3 GET /c (answered by /**)");
        assertFails(
                () -> gateway.verifyOrder("GET /c", "GET /c"),
                "expected in this order: GET /c; GET /c",
                "but GET /c did not come after #3 GET /c",
                "Received:",
                "  #1 GET /a (answered by /**)",
                "  #2 GET /b (answered by /**)",
                "  #3 GET /c (answered by /**)");
    }

    @Test
    void anOrderWithARequestThatDidNotCome() throws Exception {
        gateway.on("/**").answers("hello");
        get("/a");
        assertFails(
                () -> gateway.verifyOrder("GET /a", "PUT /a"),
                "expected in this order: GET /a; PUT /a",
                "but PUT /a did not come at all",
                "The nearest request is #1 GET /a:",
                "  method: expected PUT, but was GET",
                "Received:",
                "  #1 GET /a (answered by /**)");
    }

    @Test
    void requestsThatNobodyExpected() throws Exception {
        gateway.on("/**").answers("hello");
        get("/a", "/b", "/c", "/d");
        gateway.verify("GET /a");
        assertThat(gateway.next().line()).isEqualTo("GET /a");
        assertThat(gateway.next().line()).isEqualTo("GET /b");
        assertThatThrownBy(() -> gateway.verify(2, "GET /c")).isInstanceOf(AssertionError.class);
        assertFails(
                gateway::verifyNoMore,
                "expected no more requests, but there were 2:",
                "  #3 GET /c (answered by /**)",
                "  #4 GET /d (answered by /**)",
                "Received:",
                "  #1 GET /a (answered by /**)",
                "  #2 GET /b (answered by /**)",
                "  #3 GET /c (answered by /**)",
                "  #4 GET /d (answered by /**)");
        gateway.verifyOrder("GET /c");
        assertThatThrownBy(gateway::verifyNoMore)
                .hasMessageStartingWith("expected no more requests, but there was 1:\n");
        gateway.awaitReceived(1, "GET /d");
        gateway.verifyNoMore();
    }

    @Test
    void theNextRequestDoesNotCome() throws Exception {
        gateway.on("/**").answers("hello");
        get("/a");
        gateway.next();
        assertFails(
                () -> gateway.next(SHORT),
                "no other request within 1 ms",
                "Received:",
                "  #1 GET /a (answered by /**)");
    }

    @Test
    void requestsThatAreWaitedForDoNotCome() throws Exception {
        gateway.on("/**").answers("hello");
        get("/a");
        assertFails(
                () -> gateway.awaitReceived(2, RequestMatch.of("GET /a"), SHORT),
                "expected at least 2 requests of GET /a, but there was 1",
                "Received:",
                "  #1 GET /a (answered by /**)");
    }

    @Test
    void aTestWaitsForWhatComesLater() throws Exception {
        gateway.on("/**").answers("hello");
        var sent = TimeSource.system().start("client", () -> {
            try {
                get("/a", "/b", "/a");
            } catch (Exception failure) {
                throw new IllegalStateException(failure);
            }
        });
        assertThat(gateway.awaitReceived(2, "GET /a"))
                .extracting(ReceivedRequest::number)
                .containsExactly(1, 3);
        assertThat(gateway.awaitReceived(3)).hasSize(3);
        assertThat(gateway.awaitReceived(3, RequestMatch.any(), Duration.ofDays(1)))
                .hasSize(3);
        TimeSource.system().await(sent, TimeSource.NEVER);
    }

    @Test
    void eachOfSeveralThreadsGetsANextRequestOfItsOwn() throws Exception {
        gateway.otherwise(Answer.ok("hello"));
        List<FutureTask<ReceivedRequest>> waits =
                List.of(new FutureTask<>(gateway::next), new FutureTask<>(gateway::next));
        List<Thread> threads = waits.stream().map(Thread::new).toList();
        threads.forEach(Thread::start);
        Awaited.isTrue(() -> threads.stream().allMatch(thread -> thread.getState() == Thread.State.TIMED_WAITING));
        get("/a");
        Awaited.isTrue(() -> waits.stream().anyMatch(FutureTask::isDone));
        get("/b");
        assertThat(List.of(waits.get(0).get().line(), waits.get(1).get().line()))
                .containsExactlyInAnyOrder("GET /a", "GET /b");
    }

    @Test
    void aThreadThatIsInterruptedWaitsNoLonger() {
        Thread.currentThread().interrupt();
        assertFails(() -> gateway.next(), "interrupted while waiting for another request", "Nothing was received.");
        assertThat(Thread.interrupted()).isTrue();
        Thread.currentThread().interrupt();
        assertFails(
                () -> gateway.awaitReceived(1),
                "interrupted while waiting for a request of any request",
                "Nothing was received.");
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void aLongListIsCut() throws Exception {
        gateway.on("/**").answers("hello");
        for (int i = 1; i <= 52; i++) {
            get("/" + i);
        }
        assertThatThrownBy(() -> gateway.verify("GET /a"))
                .hasMessageEndingWith("  #49 GET /49 (answered by /**)\n  #50 GET /50 (answered by /**)\n  and 2 more");
    }

    @Test
    void aRequestThatNoStubMatchesStandsBesideTheNearestStub() throws Exception {
        gateway.on("GET /health").answers("well");
        gateway.on("GET /users/{id}").answers("Anna");
        gateway.on("POST /orders").answers(201);
        String text = client.send(
                        "POST",
                        "/users/7",
                        request -> request.headers(Headers.of("Accept", "text/plain"))
                                .body(Body.of("Anna\n")))
                .text();
        get("/health");
        String report = String.join(
                "\n",
                "no stub answers #1 POST /users/7",
                "  Host: test.example",
                "  Accept: text/plain",
                "  Content-Length: 5",
                "  \"Anna\\n\"",
                "The nearest stub is GET /users/{id}:",
                "  method: expected GET, but was POST");
        assertThat(text).isEqualTo(report);
        assertFails(
                gateway::close,
                report,
                "",
                "Received:",
                "  #1 POST /users/7 (no stub)",
                "  #2 GET /health (answered by GET /health)");
    }

    @Test
    void ofStubsThatAreAsNearTheLastIsShown() throws Exception {
        gateway.on("GET /a").answers("a");
        gateway.on("GET /b").answers("b");
        get("/c");
        assertFails(
                gateway::verifyMatched,
                "no stub answers #1 GET /c",
                "  Host: test.example",
                "The nearest stub is GET /b:",
                "  path: expected /b, but was /c",
                "",
                "Received:",
                "  #1 GET /c (no stub)");
    }

    @Test
    void aMissingSlashIsNearerThanAnotherName() throws Exception {
        gateway.on("GET /users/").answers("Anna");
        gateway.on("GET /files/**").answers("a file");
        get("/users");
        assertFails(
                gateway::verifyMatched,
                "no stub answers #1 GET /users",
                "  Host: test.example",
                "The nearest stub is GET /users/:",
                "  path: expected /users/, but was /users",
                "",
                "Received:",
                "  #1 GET /users (no stub)");
    }

    @Test
    void aVariableIsOneOfTheStubThatAnswers() throws Exception {
        gateway.on("GET /users/{id}").answers("Anna");
        gateway.on("GET /all/**").answers("all");
        gateway.allowUnmatched();
        get("/users/7");
        get("/all/7");
        get("/none/7");
        assertThat(gateway.received().get(0).variable("id")).isEqualTo("7");
        List<String> messages = List.of(
                "no variable {name} in the path of the stub that answers, GET /users/{id}, only [id]",
                "no variable {name} in the path of the stub that answers, GET /all/**",
                "no variable {name} in a request that no stub answers");
        for (int i = 0; i < messages.size(); i++) {
            ReceivedRequest request = gateway.received().get(i);
            assertThatThrownBy(() -> request.variable("name"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(messages.get(i));
        }
    }

    @Test
    void thereIsNoStub() throws Exception {
        get("/a");
        assertFails(
                gateway::verifyMatched,
                "no stub answers #1 GET /a",
                "  Host: test.example",
                "There is no stub.",
                "",
                "Received:",
                "  #1 GET /a (no stub)");
        gateway.verifyMatched();
    }

    @Test
    void aStubIsWithoutAnAnswer() throws Exception {
        gateway.on("GET /a");
        get("/a");
        assertFails(
                gateway::close,
                "no stub answers #1 GET /a",
                "  Host: test.example",
                "The nearest stub is GET /a, which has no answer yet.",
                "",
                "the stub GET /a has no answer: give it one, such as answers(200)",
                "",
                "Received:",
                "  #1 GET /a (no stub)");
    }

    @Test
    void aStubWithoutAnAnswerIsToldThoughNothingCame() {
        gateway.on("GET /a");
        assertFails(
                gateway::close,
                "the stub GET /a has no answer: give it one, such as answers(200)",
                "",
                "Nothing was received.");
    }

    @Test
    void onlyTheFirstOfManyProblemsAreToldInFull() throws Exception {
        for (int i = 1; i <= 7; i++) {
            get("/" + i);
        }
        assertThatThrownBy(gateway::verifyMatched)
                .hasMessageContaining("no stub answers #5 GET /5\n  Host: test.example\nThere is no stub.\n\n"
                        + "and 2 more like these\n\nReceived:\n  #1 GET /1 (no stub)\n")
                .hasMessageNotContaining("answers #6");
    }

    @Test
    void aStubThatWasNeverUsedIsToldOnlyOnRequest() throws Exception {
        gateway.on("GET /a").answers("a");
        gateway.on("GET /b").answers("b");
        get("/a");
        gateway.verifyMatched();
        assertFails(
                gateway::verifyUsed,
                "expected each stub to answer, but these did not:",
                "  GET /b",
                "Received:",
                "  #1 GET /a (answered by GET /a)");
        get("/b");
        gateway.verifyUsed();
    }

    @Test
    void aFunctionThatFailsIsTold() throws Exception {
        gateway.on("GET /a").answersBy(request -> {
            throw new IllegalStateException("broken");
        });
        assertThat(client.get("/a").status()).isEqualTo(500);
        assertThatThrownBy(gateway::close)
                .hasMessage(String.join(
                        "\n",
                        "the answer to #1 GET /a failed: java.lang.IllegalStateException: broken",
                        "",
                        "Received:",
                        "  #1 GET /a (answered by GET /a)"))
                .hasSuppressedException(new IllegalStateException("broken"));
    }

    @Test
    void anUnmatchedRequestMayBeAllowed() throws Exception {
        gateway.allowUnmatched();
        get("/a");
        gateway.close();
    }

    @Test
    void whatNoStubMatchesMayHaveADefault() throws Exception {
        gateway.otherwise(Answer.of(418));
        assertThat(client.get("/a").status()).isEqualTo(418);
        gateway.close();
        assertThat(gateway.received().get(0).stub()).isEqualTo("otherwise");
    }

    @Test
    void theLastStubThatMatchesAnswers() throws Exception {
        gateway.on("/**").answers("first");
        gateway.on("GET /a").answers("second");
        gateway.on("GET /a");
        assertThat(client.get("/a").text()).isEqualTo("second");
        assertThat(client.get("/b").text()).isEqualTo("first");
    }

    @Test
    void aTestThatHasFailedKeepsItsFailure() {
        AssertionError own = new AssertionError("own");
        assertThatThrownBy(() -> {
                    try (gateway) {
                        get("/a");
                        throw own;
                    }
                })
                .isSameAs(own)
                .satisfies(thrown -> assertThat(thrown.getSuppressed()).hasSize(1))
                .satisfies(thrown ->
                        assertThat(thrown.getSuppressed()[0]).hasMessageStartingWith("no stub answers #1 GET /a\n"));
    }

    @Test
    void aPartOfATestHasItsOwnStubsRequestsAndProblems() throws Exception {
        gateway.on("GET /a").answers("outside");
        get("/a");
        try (FakeGateway.Scope part = gateway.scope()) {
            assertThat(part).isNotNull();
            gateway.on("GET /a").answers("inside");
            gateway.allowUnmatched();
            assertThat(client.get("/a").text()).isEqualTo("inside");
            get("/b");
            gateway.verify(2, "GET /a");
        }
        assertThat(client.get("/a").text()).isEqualTo("outside");
        assertThat(gateway.received()).hasToString("[#1 GET /a, #4 GET /a]");
        FakeGateway.Scope failing = gateway.scope();
        gateway.on("GET /b");
        get("/c");
        assertFails(
                failing::close,
                "no stub answers #5 GET /c",
                "  Host: test.example",
                "The nearest stub is GET /b:",
                "  path: expected /b, but was /c",
                "",
                "the stub GET /b has no answer: give it one, such as answers(200)",
                "",
                "Received:",
                "  #1 GET /a (answered by GET /a)",
                "  #4 GET /a (answered by GET /a)",
                "  #5 GET /c (no stub)");
        gateway.close();
        assertThat(gateway.received()).hasSize(2);
    }

    @Test
    void whatAPartReceivesAfterAResetEndsWithIt() throws Exception {
        gateway.otherwise(Answer.ok("hello"));
        get("/a");
        try (FakeGateway.Scope part = gateway.scope()) {
            assertThat(part).isNotNull();
            gateway.reset();
            gateway.otherwise(Answer.ok("hello"));
            get("/b");
        }
        assertThat(gateway.received()).isEmpty();
    }

    @Test
    void closingTwiceTellsOnlyOnceThatAStubHasNoAnswer() {
        gateway.on("GET /a");
        assertThatThrownBy(gateway::close).isInstanceOf(AssertionError.class).hasMessageContaining("has no answer");
        gateway.close();
    }

    @Test
    void aRequestThatIsCutIsNoneOfTheClientsThatMatch() throws Exception {
        gateway.on("/**").answers("hello");
        InputStream cut = new SequenceInputStream(new ByteArrayInputStream(new byte[3]), new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("gone");
            }
        });
        assertThatThrownBy(() -> client.send("POST", "/a", request -> request.body(Body.of(cut, 5))))
                .isInstanceOf(IOException.class)
                .hasMessage("gone");
        gateway.verify(0, "/**");
        gateway.verify(0, RequestMatch.any());
        assertThat(gateway.received())
                .hasToString("[#1 malformed: the client left after 3 bytes of the body of POST /a]");
        assertThat(gateway.received().get(0).bytes()).hasSize(3);
        gateway.close();
    }

    @Test
    void assertionsOfALibraryReadWell() throws Exception {
        gateway.on("/users/{id}").answers("Anna");
        get("/users/7?page=2");
        post("/users/8", "Ben");
        assertThat(gateway.received())
                .extracting(ReceivedRequest::line, ReceivedRequest::text)
                .containsExactly(tuple("GET /users/7?page=2", ""), tuple("POST /users/8", "Ben"));
        assertThat(gateway.received("POST /users/{id}")).singleElement().satisfies(request -> {
            assertThat(request.variable("id")).isEqualTo("8");
            assertThat(request.header("Content-Length")).hasValue("3");
            assertThat(request.stub()).isEqualTo("/users/{id}");
        });
        assertThat(gateway.received().get(0).parameter("page")).hasValue("2");
        assertThat(gateway).hasToString("FakeGateway[without a socket, 2 received]");
        assertThat(gateway.upstream("a")).hasToString("a");
        assertThatThrownBy(() -> assertThat(gateway.received()).isEmpty())
                .hasMessageContaining("[#1 GET /users/7?page=2, #2 POST /users/8]");
    }

    @Test
    void theBytesOfARequestAreThoseThatWouldBeWritten() throws Exception {
        gateway.on("/**").answers("hello");
        post("/a?b", "Anna");
        assertThat(new String(gateway.next().bytes(), StandardCharsets.US_ASCII))
                .isEqualTo("POST /a?b HTTP/1.1\r\nHost: test.example\r\nContent-Length: 4\r\n\r\nAnna");
    }

    @Test
    void aTestMayWaitForever() throws Exception {
        Duration forever = ChronoUnit.FOREVER.getDuration();
        gateway.on("/**").answers("hello");
        get("/a");
        assertThat(gateway.next(forever).path()).isEqualTo("/a");
        assertThat(gateway.awaitReceived(1, RequestMatch.any(), forever)).hasSize(1);
    }

    @Test
    void whatWasReceivedIsToldWithWhatAnsweredIt() throws Exception {
        gateway.on("GET /a").answers("hello");
        get("/a");
        gateway.otherwise(Answer.ok());
        get("/b");
        TestClient.of(gateway.recording(request -> ProxyResponse.of(200))).get("/c");
        assertThatThrownBy(() -> gateway.verify("GET /d"))
                .hasMessageEndingWith("Received:\n  #1 GET /a (answered by GET /a)\n  #2 GET /b (answered by otherwise)"
                        + "\n  #3 GET /c (answered by the recorded handler)");
    }
}
