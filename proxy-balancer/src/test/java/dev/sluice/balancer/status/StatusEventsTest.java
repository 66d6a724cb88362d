package dev.sluice.balancer.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.UpstreamPool;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.route.Routes;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.RecordingListener;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.time.Awaited;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The stream of states, over real sockets and on a clock that the test moves. */
class StatusEventsTest {
    private final ManualTime time = new ManualTime();
    private final UpstreamPool pool =
            UpstreamPool.builder().name("shop").time(time).build();
    private final StatusPage page =
            StatusPage.builder().time(time).addPool(pool).maxViewers(2).build();
    private final ProxyServer server = ProxyServer.builder()
            .time(time)
            .addRoute(Route.path("/status/**").to(page))
            .build()
            .start();
    private final List<RawConnection> connections = new ArrayList<>();

    @AfterEach
    void close() {
        connections.forEach(RawConnection::close);
        page.close();
        server.close(Duration.ZERO);
        pool.close();
    }

    private RawConnection connect(String path) throws IOException {
        RawConnection connection = RawConnection.connect(server.address());
        connections.add(connection);
        connection.write("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
        return connection;
    }

    /** Reads chunks until the whole of an event has come. */
    private static String event(RawConnection connection) throws IOException {
        StringBuilder event = new StringBuilder();
        while (event.indexOf("\n\n") < 0) {
            StringBuilder size = new StringBuilder();
            while (size.indexOf("\r\n") < 0) {
                size.append(connection.readExactly(1));
            }
            int length = Integer.parseInt(size.toString().strip(), 16);
            if (length == 0) {
                return "end";
            }
            String chunk = connection.readExactly(length);
            connection.readExactly(2);
            if (!chunk.equals(":\n\n")) {
                event.append(chunk);
            }
        }
        return event.toString();
    }

    /** The first event, behind the time after which a browser comes again. */
    private static String firstEvent(RawConnection connection) throws IOException {
        assertThat(connection.readHead()).contains("200 OK", "text/event-stream", "no-store");
        assertThat(event(connection)).isEqualTo("retry: 1000\n\n");
        return event(connection);
    }

    private static String state(String event) {
        assertThat(event).startsWith("data: {").endsWith("}\n\n");
        return event.substring(6).strip();
    }

    @Test
    void theStateComesAtOnceAndThenAtEachInterval() throws Exception {
        RawConnection viewer = connect("/status/events");
        assertThat(JsonReader.object(state(firstEvent(viewer)))).containsEntry("at", "2026-01-01T00:00:00Z");
        for (int second = 1; second <= 3; second++) {
            time.awaitWaiters(1);
            time.advance(Duration.ofMillis(999));
            time.awaitWaiters(1);
            time.advance(Duration.ofMillis(1));
            assertThat(JsonReader.object(state(event(viewer))))
                    .containsEntry("at", "2026-01-01T00:00:0" + second + "Z");
        }
    }

    @Test
    void aViewerMayWantMore() throws Exception {
        RawConnection viewer = connect("/status/events?every=100");
        firstEvent(viewer);
        time.awaitWaiters(1);
        time.advance(Duration.ofMillis(100));
        assertThat(event(viewer)).contains("00:00:00.100Z");
    }

    @ParameterizedTest
    @ValueSource(strings = {"99", "60001", "fast", "", "-1"})
    void anIntervalOutOfBoundsIsRefused(String every) throws Exception {
        RawConnection viewer = connect("/status/events?every=" + every);
        assertThat(viewer.readHead()).contains("400");
        assertThat(viewer.readExactly(20)).startsWith("every must be 100 to");
    }

    @Test
    void placesAreBoundedAndFreeAgainWhenAViewerHasGone() throws Exception {
        RawConnection first = connect("/status/events");
        firstEvent(first);
        firstEvent(connect("/status/events"));
        assertThat(connect("/status/events").readHead()).contains("503");
        first.close();
        Awaited.passing(time, Duration.ofSeconds(1), () -> {
            RawConnection next = connect("/status/events");
            return next.readHead().contains("200 OK");
        });
    }

    @Test
    void aQuestionForTheHeadTakesNoPlace() throws Exception {
        StatusViewer viewer = StatusViewer.of(page);
        for (int i = 0; i < 10; i++) {
            assertThat(viewer.client()
                            .send("HEAD", "/events", Headers.of("Host", "localhost"), new byte[0])
                            .status())
                    .isEqualTo(200);
        }
    }

    /** A response that a filter throws away was never read. The filter may close it, and need not. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aStreamThatNobodyReadsGivesItsPlaceBack(boolean closes) throws Exception {
        ProxyFilter dropping = (request, next) -> {
            ProxyResponse response = next.handle(request);
            if (closes) {
                response.close();
            }
            return ProxyResponse.of(200, "dropped");
        };
        StatusViewer viewer = new StatusViewer(TestClient.of(Pipeline.builder()
                .addFilter(dropping)
                .addRoute(Route.path("/status/**").to(page))
                .build()));
        for (int i = 0; i < 10; i++) {
            assertThat(viewer.get("/status/events").text()).isEqualTo("dropped");
        }
        assertThat(firstEvent(connect("/status/events"))).startsWith("data: ");
    }

    @Test
    void aStreamEndsByItselfAtLast() throws Exception {
        RawConnection viewer = connect("/status/events?every=60000");
        firstEvent(viewer);
        for (int minute = 1; minute <= 10; minute++) {
            for (int part = 0; part < 4; part++) {
                time.awaitWaiters(1);
                time.advance(Duration.ofSeconds(15));
            }
            assertThat(event(viewer)).startsWith(minute < 10 ? "data: " : "end");
        }
    }

    /** A viewer that has gone is noticed only when something is sent to it. */
    @Test
    void aStreamIsNeverSilentForLong() throws Exception {
        RawConnection viewer = connect("/status/events?every=60000");
        firstEvent(viewer);
        for (int part = 0; part < 3; part++) {
            time.awaitWaiters(1);
            time.advance(Duration.ofSeconds(15));
            assertThat(viewer.readExactly(8)).isEqualTo("3\r\n:\n\n\r\n");
        }
        time.awaitWaiters(1);
        time.advance(Duration.ofSeconds(15));
        assertThat(event(viewer)).startsWith("data: ");
    }

    /** Else it would be cut in its middle, and the page would show itself as a failure. */
    @Test
    void aStreamEndsBeforeItsRequestHasNoTimeLeft() throws Exception {
        RecordingListener records = new RecordingListener();
        server.pipeline().addListener(records);
        server.routes(Routes.of(Route.path("/status/**")
                .timeouts(Timeouts.builder().total(Duration.ofSeconds(20)).build())
                .to(page)));
        RawConnection viewer = connect("/status/events?every=15000");
        firstEvent(viewer);
        time.awaitWaiters(1);
        time.advance(Duration.ofSeconds(15));
        assertThat(event(viewer)).startsWith("data: ");
        time.awaitWaiters(1);
        time.advance(Duration.ofSeconds(4));
        assertThat(event(viewer)).isEqualTo("end");
        Awaited.isTrue(() -> records.records().size() == 1);
        assertThat(records.records().get(0).outcome()).isEqualTo(Outcome.COMPLETED);
    }

    /** Such as a browser on a machine that sleeps. */
    @Test
    void aViewerThatReadsNothingDoesNotHoldTheEndOfTheServer() throws Exception {
        StatusPage large =
                StatusPage.builder().time(time).title("x".repeat(20_000_000)).build();
        // Neither this timeout nor the drain ends before the test gives up.
        Timeouts patient = Timeouts.builder().idle(Duration.ofHours(1)).build();
        server.routes(Routes.of(Route.path("/status/**").timeouts(patient).to(large)));
        assertThat(connect("/status/events").readHead()).contains("200 OK");
        CompletableFuture<Void> closed = CompletableFuture.runAsync(() -> server.close(Duration.ofHours(1)));
        Awaited.isTrue(() -> !server.ready());
        Awaited.passing(time, Duration.ofMillis(500), closed::isDone);
        large.close();
    }

    @Test
    void closingThePageEndsItsStreams() throws Exception {
        RawConnection viewer = connect("/status/events");
        firstEvent(viewer);
        page.close();
        assertThat(event(viewer)).isEqualTo("end");
        assertThat(connect("/status/events").readHead()).contains("503");
    }

    /** Else a viewer would hold each restart for the whole drain. */
    @Test
    void aDrainOfTheServerEndsThem() throws Exception {
        RawConnection viewer = connect("/status/events?every=60000");
        firstEvent(viewer);
        server.close(Duration.ofSeconds(20));
        assertThat(event(viewer)).isEqualTo("end");
        assertThat(time.now()).isEqualTo("2026-01-01T00:00:00Z");
    }

    @Test
    void thePageListensByItselfAndEndsWithTheProcess() throws Exception {
        ProxyServer own = StatusPage.of(server, pool).listen(0);
        assertThat(own.address().getAddress().isLoopbackAddress()).isTrue();
        try (BufferedReader reader = new BufferedReader(
                new InputStreamReader(own.uri().resolve("/data").toURL().openStream(), StandardCharsets.UTF_8))) {
            assertThat(JsonReader.object(reader.readLine())).containsKey("pools");
        }
        own.close();
    }

    @Test
    void aPageThatIsClosedClosesWhereItListens() throws Exception {
        StatusPage other = StatusPage.builder().build();
        ProxyServer own = other.listen(0);
        other.close();
        assertThat(own.ready()).isFalse();
    }

    @Test
    void ofViewersThatWantAStateAtTheSameTimeOneMakesIt() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        AtomicInteger times = new AtomicInteger();
        StatusPage slow = StatusPage.builder()
                .time(time)
                .addNumbers("slow", () -> {
                    asked.countDown();
                    Awaited.latch(answer);
                    return Map.of("times", times.incrementAndGet());
                })
                .build();
        server.routes(Routes.of(Route.path("/status/**").to(slow)));
        RawConnection first = connect("/status/events");
        Awaited.latch(asked);
        RawConnection second = connect("/status/events");
        assertThat(second.readHead()).contains("200 OK");
        assertThat(event(second)).isEqualTo("retry: 1000\n\n");
        answer.countDown();
        firstEvent(first);
        assertThat(event(second)).contains("\"times\":1.0");
        assertThat(times).hasValue(1);
        slow.close();
    }

    @Test
    void viewersShareTheStateOfAMoment() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        StatusPage counted = StatusPage.builder()
                .time(time)
                .addNumbers("asked", () -> Map.of("times", asked.incrementAndGet()))
                .build();
        server.routes(Routes.of(Route.path("/status/**").to(counted)));
        firstEvent(connect("/status/events"));
        firstEvent(connect("/status/events"));
        assertThat(asked).hasValue(1);
        time.awaitWaiters(2);
        time.advance(Duration.ofSeconds(1));
        connections.forEach(each -> assertThat(eventOf(each)).contains("\"times\":2.0"));
        counted.close();
    }

    private static String eventOf(RawConnection connection) {
        try {
            return event(connection);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
