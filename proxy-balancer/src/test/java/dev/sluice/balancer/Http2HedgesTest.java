package dev.sluice.balancer;

import static dev.sluice.balancer.Http2Members.answer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.retry.HedgePolicy;
import dev.sluice.balancer.retry.RetryPolicy;
import dev.sluice.proxy.http2.ErrorCode;
import dev.sluice.proxy.http2.Http2Client;
import dev.sluice.proxy.http2.Http2Client.Event;
import dev.sluice.proxy.time.Awaited;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Hedged and repeated requests to members that are origins of HTTP/2. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class Http2HedgesTest {
    private static final Duration DELAY = Duration.ofMillis(50);

    private final Http2Members members = new Http2Members();

    Http2HedgesTest() throws Exception {}

    @AfterEach
    void end() throws Exception {
        members.close();
    }

    /** Two members may be the same place, and then both attempts are on one connection. */
    private void start(boolean oneConnection, UpstreamPool.Builder options) throws Exception {
        members.start(options.addMember(members.member(members.a, "a"))
                .addMember(members.member(oneConnection ? members.a : members.b, "b")));
    }

    @ParameterizedTest
    @CsvSource({"true, true", "true, false", "false, true", "false, false"})
    void theLoserIsCancelledAndItsConnectionGoesOn(boolean oneConnection, boolean firstWins) throws Exception {
        start(oneConnection, members.none().hedge(HedgePolicy.after(DELAY)));
        members.client.get(1, "/");
        Http2Client first = members.a.connection();
        first.await("HEADERS", 1);
        Awaited.passing(members.time, DELAY, () -> members.pool.snapshot().inFlight() == 2);
        Http2Client second = oneConnection ? first : members.b.connection();
        int other = oneConnection ? 3 : 1;
        second.await("HEADERS", other);
        Http2Client winner = firstWins ? first : second;
        Http2Client loser = firstWins ? second : first;
        winner.headers(firstWins ? 1 : other, false, ":status", "200", "content-length", "5");
        winner.data(firstWins ? 1 : other, true, "hello");
        assertThat(members.client.body(1)).endsWith("hello");
        int lost = firstWins ? other : 1;
        assertThat(loser.await("RST_STREAM", lost).text()).isEqualTo("CANCEL");
        members.awaitIdle();
        // What the loser had on its way does no harm.
        loser.headers(lost, false, ":status", "200", "content-length", "5");
        loser.data(lost, true, "late!");
        for (int i = 1; i <= 2; i++) {
            members.client.get(1 + 2 * i, "/");
            answer(i == 1 ? first : second, oneConnection ? 3 + 2 * i : 3);
            assertThat(members.client.head(1 + 2 * i)).startsWith(":status: 204\n");
        }
        assertThat(members.member("a").failures() + members.member("b").failures())
                .isZero();
    }

    @Test
    void theClientThatLeavesEndsBothAttempts() throws Exception {
        start(true, members.none().hedge(HedgePolicy.after(DELAY)));
        members.client.get(1, "/");
        Http2Client origin = members.a.connection();
        origin.await("HEADERS", 1);
        Awaited.passing(members.time, DELAY, () -> members.pool.snapshot().inFlight() == 2);
        origin.await("HEADERS", 3);
        members.client.reset(1, ErrorCode.CANCEL);
        assertThat(origin.await("RST_STREAM", 1).text()).isEqualTo("CANCEL");
        assertThat(origin.await("RST_STREAM", 3).text()).isEqualTo("CANCEL");
        members.awaitIdle();
    }

    /** The body is kept for the second attempt, and sent whole there. */
    @ParameterizedTest
    @CsvSource({"true", "false"})
    void aBodyThatIsHeldIsSentAgain(boolean hedged) throws Exception {
        UpstreamPool.Builder options = members.none();
        start(false, hedged ? options.hedge(HedgePolicy.after(DELAY)) : options);
        String[] fields = Http2Client.request("PUT", "/");
        members.client.headers(1, false, fields);
        members.client.data(1, false, "x".repeat(10_000));
        members.client.data(1, true, "y".repeat(10_000));
        Http2Client a = members.a.connection();
        assertThat(a.body(1)).endsWith("y".repeat(10_000));
        if (hedged) {
            Awaited.passing(members.time, DELAY, () -> members.pool.snapshot().inFlight() == 2);
        } else {
            a.reset(1, ErrorCode.INTERNAL_ERROR);
        }
        Http2Client b = members.b.connection();
        assertThat(b.body(1)).endsWith("x".repeat(10_000) + "y".repeat(10_000));
        b.headers(1, true, ":status", "204");
        assertThat(members.client.head(1)).startsWith(":status: 204\n");
        if (hedged) {
            assertThat(a.await("RST_STREAM", 1).text()).isEqualTo("CANCEL");
        }
        members.awaitIdle();
    }

    /** A call is not hedged, but repeated by its status, as long as its messages are kept. */
    @ParameterizedTest
    @CsvSource({"100, true", "70000, false"})
    void aCallIsRepeatedByItsStatusIfItsBodyIsKept(int bytes, boolean repeated) throws Exception {
        start(
                false,
                members.none()
                        .hedge(HedgePolicy.after(DELAY))
                        .retry(RetryPolicy.builder().grpcStatuses(14).build()));
        members.call(1);
        Http2Client a = members.a.connection();
        int sent = 5;
        int got = a.await("DATA", 1).text().length();
        a.window(1, 100_000);
        a.window(0, 100_000);
        // In steps, as the window opens only when the proxy has read.
        while (got < bytes) {
            members.client.data(1, false, "x".repeat(bytes / 10));
            sent += bytes / 10;
            while (got < sent) {
                got += a.await("DATA", 1).text().length();
            }
        }
        members.time.advance(DELAY.multipliedBy(3));
        assertThat(members.pool.snapshot().inFlight()).isEqualTo(1);
        Http2Members.answerCall(a, "14");
        if (repeated) {
            Http2Client b = members.b.connection();
            assertThat(b.await("DATA", 1).text()).startsWith("hello");
            // The client goes on with its call.
            members.client.data(1, true, "last");
            StringBuilder rest = new StringBuilder();
            Event next = b.next(1);
            while (!next.end()) {
                rest.append(next.text());
                next = b.next(1);
            }
            assertThat(rest + next.text()).endsWith("last");
            b.headers(1, true, ":status", "200", "grpc-status", "0", "content-type", "application/grpc");
        }
        assertThat(members.client.head(1)).contains("grpc-status: " + (repeated ? 0 : 14) + "\n");
        members.awaitIdle();
    }
}
