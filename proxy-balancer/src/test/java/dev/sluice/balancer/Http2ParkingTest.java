package dev.sluice.balancer;

import static dev.sluice.balancer.Http2Members.answer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.limit.MemberLimit;
import dev.sluice.balancer.retry.Parking;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.http2.ErrorCode;
import dev.sluice.proxy.http2.Http2Client;
import dev.sluice.proxy.http2.Http2Client.Event;
import dev.sluice.proxy.time.Awaited;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Streams that wait for a member, or for a place at one. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class Http2ParkingTest {
    private static final Duration STEP = Duration.ofMillis(500);

    private final Http2Members members = new Http2Members();

    Http2ParkingTest() throws Exception {}

    @AfterEach
    void end() throws Exception {
        members.close();
    }

    private void awaitParked(int requests) {
        Awaited.isTrue(() -> members.pool.snapshot().parked() == requests);
    }

    private void startParking() throws Exception {
        members.start(members.none().parking(Parking.upTo(Duration.ofMinutes(1)).withQueue(3)));
    }

    /** It is one of those that the last GOAWAY names, or it is not served at all. */
    @Test
    void whatIsParkedIsServedWithinTheDrain() throws Exception {
        startParking();
        members.client.get(1, "/");
        awaitParked(1);
        CompletableFuture<Void> closed =
                CompletableFuture.runAsync(() -> members.server.close(STEP.multipliedBy(4), Duration.ofMinutes(1)));
        members.client.headers(3, false, Http2Client.request("POST", "/"));
        members.client.data(3, true, "hello");
        awaitParked(2);
        Awaited.passing(members.time, STEP, () -> goAways() == 2);
        assertThat(members.client.await("GOAWAY").number()).isEqualTo(Integer.MAX_VALUE);
        assertThat(members.client.await("GOAWAY").number()).isEqualTo(3);
        members.client.get(7, "/");
        members.pool.add(members.member(members.a, "a"));
        Http2Client a = members.a.connection();
        for (int i = 0; i < 2; i++) {
            Event request = a.await("HEADERS");
            a.headers(request.stream(), true, ":status", "204");
        }
        for (int i = 0; i < 2; i++) {
            assertThat(members.client.head(1 + 2 * i)).startsWith(":status: 204\n");
        }
        Awaited.passing(members.time, STEP, closed::isDone);
        assertThat(members.records.awaitEnded(2)).allMatch(each -> each.outcome() == Outcome.COMPLETED);
        assertThat(members.client.others()).noneMatch(each -> each.stream() == 7);
    }

    @Test
    void whatIsParkedAtTheEndOfTheDrainIsRefused() throws Exception {
        startParking();
        members.client.get(1, "/");
        members.call(3);
        awaitParked(2);
        CompletableFuture<Void> closed =
                CompletableFuture.runAsync(() -> members.server.close(Duration.ZERO, STEP.multipliedBy(4)));
        Awaited.passing(members.time, STEP, closed::isDone);
        assertThat(members.client.head(1)).startsWith(":status: 503\n");
        assertThat(members.client.head(3)).contains("grpc-status: 14\n");
        awaitParked(0);
        assertThat(members.records.awaitEnded(2)).allMatch(each -> each.outcome() == Outcome.SHUT_DOWN);
    }

    @Test
    void aParkedStreamThatIsResetGivesItsPlaceBack() throws Exception {
        startParking();
        for (int i = 0; i < 3; i++) {
            members.client.get(1 + 2 * i, "/");
        }
        awaitParked(3);
        members.client.get(7, "/");
        assertThat(members.client.head(7)).startsWith(":status: 503\n");
        members.client.reset(3, ErrorCode.CANCEL);
        awaitParked(2);
        members.call(9);
        awaitParked(3);
        members.pool.add(members.member(members.a, "a"));
        Http2Client a = members.a.connection();
        for (int i = 0; i < 3; i++) {
            Event request = a.await("HEADERS");
            a.headers(request.stream(), true, ":status", "200", "grpc-status", "0", "content-type", "application/grpc");
        }
        for (int stream : new int[] {1, 5, 9}) {
            assertThat(members.client.head(stream)).startsWith(":status: 200\n");
        }
    }

    /** Streams wait in order, and one that is reset, here or there, makes room for the next. */
    @Test
    void aStreamThatEndsMakesRoomAtAFullMember() throws Exception {
        members.start(members.none()
                .addMember(members.member(members.a, "a"))
                .limit(MemberLimit.fixed(1).toBuilder().queue(3).build()));
        members.client.get(1, "/");
        Http2Client a = members.a.connection();
        a.await("HEADERS", 1);
        members.client.get(3, "/");
        awaitParked(1);
        members.client.get(5, "/");
        awaitParked(2);
        members.client.get(7, "/");
        awaitParked(3);
        members.client.get(9, "/");
        assertThat(members.client.head(9)).startsWith(":status: 503\n");
        members.client.reset(3, ErrorCode.CANCEL);
        awaitParked(2);
        members.client.reset(1, ErrorCode.CANCEL);
        assertThat(a.await("RST_STREAM", 1).text()).isEqualTo("CANCEL");
        answer(a, 3);
        assertThat(members.client.head(5)).startsWith(":status: 204\n");
        answer(a, 5);
        assertThat(members.client.head(7)).startsWith(":status: 204\n");
        members.awaitIdle();
        assertThat(members.a.connections()).isEqualTo(1);
    }

    private long goAways() {
        return members.client.others().stream()
                .filter(each -> each.kind().equals("GOAWAY"))
                .count();
    }
}
