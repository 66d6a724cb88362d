package dev.sluice.balancer;

import static dev.sluice.balancer.Http2Members.answer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.PoolSnapshot.Condition;
import dev.sluice.balancer.drain.Drain;
import dev.sluice.balancer.drain.Replacement;
import dev.sluice.balancer.health.HealthCheck;
import dev.sluice.balancer.health.SlowStart;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.http2.ErrorCode;
import dev.sluice.proxy.http2.FrameWriter;
import dev.sluice.proxy.http2.Http2Client;
import dev.sluice.proxy.http2.Http2Client.Event;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.time.Awaited;
import dev.sluice.proxy.transport.direct.DirectTransport;
import dev.sluice.proxy.transport.direct.Http2Origin;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Members that are origins of HTTP/2 come and go while streams are open. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class Http2ChangesTest {
    /** Close frames with status 1001: from a server, and from a client with a mask of zeros. */
    private static final String FROM_SERVER = "\u0088\u0002\u0003\u00e9";

    private static final String FROM_CLIENT = "\u0088\u0082\0\0\0\0\u0003\u00e9";

    private final Http2Members members = new Http2Members();

    Http2ChangesTest() throws Exception {}

    @AfterEach
    void end() throws Exception {
        members.close();
    }

    private UpstreamPool.Builder onlyA() {
        return members.none().addMember(members.member(members.a, "a"));
    }

    private static <T> T got(CompletableFuture<T> future) throws Exception {
        return future.get(20, TimeUnit.SECONDS);
    }

    @Test
    void streamsOfAReplacedMemberEndOnTheirConnection() throws Exception {
        members.start(onlyA());
        members.client.get(1, "/");
        Http2Client a = members.a.connection();
        a.await("HEADERS", 1);
        members.call(3);
        a.await("DATA", 3);
        CompletableFuture<Replacement.Report> replaced =
                members.pool.replace("a", members.member(members.b, "b")).toCompletableFuture();
        Awaited.isTrue(() -> members.member("a").condition() == Condition.DRAINING);
        members.client.get(5, "/");
        Http2Client b = members.b.connection();
        answer(b, 1);
        assertThat(members.client.head(5)).startsWith(":status: 204\n");
        assertThat(replaced).isNotDone();
        a.headers(1, true, ":status", "204");
        assertThat(members.client.head(1)).startsWith(":status: 204\n");
        members.client.data(3, true, "last");
        assertThat(a.await("DATA", 3).text()).isEqualTo("last");
        a.headers(3, true, ":status", "200", "grpc-status", "0", "content-type", "application/grpc");
        assertThat(members.client.head(3)).contains("grpc-status: 0\n");
        assertThat(got(replaced).removed().finished()).isEqualTo(2);
        assertThat(members.pool.snapshot().member("a")).isEmpty();
    }

    /** Each step gives the origin another place; requests of many streams go on. */
    @Test
    void noRequestFailsWhileMembersAreReplacedUnderLoad() throws Exception {
        members.start(members.none().addMember(served("0")));
        AtomicBoolean over = new AtomicBoolean();
        List<CompletableFuture<Integer>> loads = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Http2Client client = members.opened(Http2Client.connect(members.server.address()));
            loads.add(CompletableFuture.supplyAsync(() -> load(client, over)));
        }
        for (int i = 1; i <= 6; i++) {
            Member next = served(Integer.toString(i));
            got(members.pool.replace(Integer.toString(i - 1), next).toCompletableFuture());
        }
        over.set(true);
        int requests = 0;
        for (CompletableFuture<Integer> each : loads) {
            requests += got(each);
        }
        members.records.awaitEnded(requests);
        assertThat(members.records.records())
                .allMatch(each ->
                        each.outcome() == Outcome.COMPLETED && each.attempts().size() == 1);
    }

    private Member served(String id) throws Exception {
        ProxyServer origin = members.opened(ProxyServer.builder()
                .transport(members.transport)
                .addRoute("/**", request -> ProxyResponse.builder(204).build())
                .drain(Duration.ZERO)
                .build()
                .start());
        return Member.of(members.transport.upstream(
                id,
                URI.create("http://127.0.0.1:" + origin.address().getPort()),
                DirectTransport.OriginOptions.builder().http2(true).build()));
    }

    /** Four streams at a time, until it is over; returns how many there were. */
    private static int load(Http2Client client, AtomicBoolean over) {
        int next = 1;
        try {
            while (!over.get()) {
                for (int i = 0; i < 4; i++) {
                    client.get(next + 2 * i, "/");
                }
                for (int i = 0; i < 4; i++) {
                    assertThat(client.head(next + 2 * i)).startsWith(":status: 204\n");
                }
                next += 8;
            }
            return (next - 1) / 2;
        } catch (Exception failure) {
            throw new AssertionError(failure);
        }
    }

    private Http2Client webSocket(int stream) throws Exception {
        members.client.askForWebSocket(stream, "/");
        Http2Client a = members.a.connection();
        a.await("HEADERS", 1);
        a.headers(1, false, ":status", "200");
        assertThat(members.client.head(stream)).startsWith(":status: 200\n");
        return a;
    }

    @Test
    void aDrainWaitsForAWebSocketOverHttp2() throws Exception {
        members.start(members.both());
        Http2Client a = webSocket(1);
        CompletableFuture<Drain.Report> drained =
                members.pool.drain("a", Drain.within(Duration.ofMinutes(1))).toCompletableFuture();
        members.client.data(1, false, "\u0081\u0081\0\0\0\0a");
        assertThat(a.await("DATA", 1).text()).hasSize(7).endsWith("a");
        members.client.get(3, "/");
        answer(members.b.connection(), 1);
        assertThat(members.client.head(3)).startsWith(":status: 204\n");
        assertThat(drained).isNotDone();
        members.client.data(1, true, FROM_CLIENT);
        assertThat(a.body(1)).endsWith(FROM_CLIENT);
        a.data(1, true, FROM_SERVER);
        assertThat(members.client.body(1)).endsWith(FROM_SERVER);
        Drain.Report report = got(drained);
        assertThat(report.finished()).isEqualTo(1);
        assertThat(report.forced()).isZero();
    }

    /** What is left is cut: the WebSocket, a call, and a request that has no answer yet, which goes elsewhere. */
    @Test
    void aDrainThatCutsResetsEachStreamAndLeavesTheConnections() throws Exception {
        members.start(members.both());
        Http2Client a = webSocket(1);
        Http2Client b = null;
        members.client.get(3, "/");
        b = members.b.connection();
        answer(b, 1);
        members.client.head(3);
        members.call(5);
        a.await("DATA", 3);
        members.client.get(7, "/");
        answer(b, 3);
        members.client.head(7);
        members.client.get(9, "/");
        a.await("HEADERS", 5);
        CompletableFuture<Drain.Report> drained = members.pool
                .drain("a", Drain.within(Duration.ofSeconds(10)).withCut(true))
                .toCompletableFuture();
        members.time.advance(Duration.ofSeconds(11));
        assertThat(got(drained).forced()).isEqualTo(3);
        for (int stream : new int[] {1, 3, 5}) {
            assertThat(a.await("RST_STREAM", stream).text()).isEqualTo("CANCEL");
        }
        answer(b, 5);
        assertThat(members.client.head(9)).startsWith(":status: 204\n");
        assertThat(members.client.head(5)).contains("grpc-status: 14\n");
        assertThat(members.client.await("RST_STREAM", 1).text()).isEqualTo("CANCEL");
        members.awaitIdle();
        assertThat(a.others()).noneMatch(each -> each.kind().equals("END"));
    }

    /** The server's lame duck and drain tell the WebSocket's peers, and open calls end by themselves. */
    @Test
    void aServerThatClosesTellsWebSocketsOverHttp2AndServesWhatIsOpen() throws Exception {
        members.start(onlyA());
        Http2Client a = webSocket(1);
        members.client.get(3, "/");
        a.await("HEADERS", 3);
        CompletableFuture<Void> closed =
                CompletableFuture.runAsync(() -> members.server.close(Duration.ofSeconds(5), Duration.ofMinutes(1)));
        members.client.get(5, "/");
        a.await("HEADERS", 5);
        Awaited.passing(
                members.time,
                Duration.ofMillis(500),
                () -> members.client.others().stream()
                        .anyMatch(each -> each.kind().equals("GOAWAY")));
        assertThat(members.client.await("DATA", 1).text()).isEqualTo(FROM_SERVER);
        String frame = a.await("DATA", 1).text();
        assertThat(frame).hasSize(8).startsWith("\u0088\u0082");
        a.headers(3, true, ":status", "204");
        a.headers(5, true, ":status", "204");
        assertThat(members.client.head(3)).startsWith(":status: 204\n");
        assertThat(members.client.head(5)).startsWith(":status: 204\n");
        a.data(1, true, FROM_SERVER);
        members.client.data(1, true, FROM_CLIENT);
        Awaited.passing(members.time, Duration.ofMillis(500), closed::isDone);
        assertThat(members.records.awaitEnded(3)).allMatch(each -> each.outcome() == Outcome.COMPLETED);
    }

    /** Probes use the member's connection, also while it goes away. */
    @ParameterizedTest
    @ValueSource(strings = {"http", "grpc", "tcp"})
    void probesAndRequestsUseTheNextConnectionOfAMemberThatGoesAway(String kind) throws Exception {
        Duration interval = Duration.ofSeconds(1);
        HealthCheck check = switch (kind) {
            case "http" -> HealthCheck.http("/health").interval(interval).build();
            case "grpc" -> HealthCheck.grpc().interval(interval).build();
            default -> HealthCheck.tcp().interval(interval).build();
        };
        members.start(onlyA().health(check).slowStart(SlowStart.over(Duration.ofSeconds(10))));
        boolean over = !kind.equals("tcp");
        Http2Client probed = over ? firstProbed() : null;
        if (over) {
            passProbe(kind, probed, 1);
        }
        Awaited.isTrue(() -> members.member("a").condition() == Condition.UP);
        members.client.get(1, "/open");
        Http2Client first = over ? probed : members.a.connection();
        int stream = request(kind, first, "/open");
        first.frame(out -> FrameWriter.goAway(out, stream, ErrorCode.NO_ERROR, ""));
        Http2Origin.settle(first);
        // The next request, and the next probe, are on another connection.
        members.client.get(3, "/next");
        Http2Client second = members.a.connection();
        second.headers(request(kind, second, "/next"), true, ":status", "204");
        assertThat(members.client.head(3)).startsWith(":status: 204\n");
        if (over) {
            Awaited.passing(
                    members.time,
                    Duration.ofMillis(200),
                    () -> second.others().stream().anyMatch(each -> each.kind().equals("HEADERS")));
            passProbe(kind, second, second.await("HEADERS").stream());
        }
        first.headers(stream, true, ":status", "204");
        assertThat(members.client.head(1)).startsWith(":status: 204\n");
        assertThat(members.member("a").failures()).isZero();
        assertThat(members.member("a").condition()).isEqualTo(Condition.UP);
        assertThat(members.a.connections()).isEqualTo(2);
    }

    /** The stream of the request with this path; probes that come before it pass. */
    private static int request(String kind, Http2Client origin, String path) throws Exception {
        Event next = origin.await("HEADERS");
        while (!next.text().contains(":path: " + path + "\n")) {
            passProbe(kind, origin, next.stream());
            next = origin.await("HEADERS");
        }
        return next.stream();
    }

    private Http2Client firstProbed() throws Exception {
        Awaited.passing(members.time, Duration.ofMillis(300), () -> members.a.connections() == 1);
        Http2Client first = members.a.connection();
        first.await("HEADERS", 1);
        return first;
    }

    private static void passProbe(String kind, Http2Client origin, int stream) throws Exception {
        if (kind.equals("http")) {
            origin.headers(stream, true, ":status", "204");
            return;
        }
        origin.await("DATA", stream);
        origin.headers(stream, false, ":status", "200", "content-type", "application/grpc");
        origin.data(stream, false, "\0\0\0\0\u0002\u0008\u0001");
        origin.headers(stream, true, "grpc-status", "0");
    }

    /** What a probe waits for is cut with the connection, and the next probe finds another. */
    @Test
    void aProbeWhoseConnectionIsCutFailsAndTheNextPasses() throws Exception {
        members.start(onlyA().health(HealthCheck.http("/health")
                .interval(Duration.ofSeconds(1))
                .build()));
        firstProbed().close();
        Awaited.passing(members.time, Duration.ofMillis(300), () -> members.a.connections() == 2);
        Http2Client second = members.a.connection();
        Awaited.passing(members.time, Duration.ofMillis(100), () -> {
            while (second.others().stream().anyMatch(each -> each.kind().equals("HEADERS"))) {
                passProbe("http", second, second.await("HEADERS").stream());
            }
            return members.member("a").condition() == Condition.UP;
        });
        // One that was used and is cut while nobody waits costs no probe.
        second.close();
        Awaited.passing(members.time, Duration.ofMillis(300), () -> members.a.connections() == 3);
        answer(members.a.connection(), 1);
        assertThat(members.member("a").condition()).isEqualTo(Condition.UP);
    }
}
