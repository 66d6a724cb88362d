package dev.sluice.balancer;

import static dev.sluice.balancer.Http2Members.answer;
import static dev.sluice.balancer.Http2Members.answerCall;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.PoolSnapshot.Condition;
import dev.sluice.balancer.breaker.BreakerPolicy;
import dev.sluice.balancer.health.EjectionPolicy;
import dev.sluice.proxy.http2.ErrorCode;
import dev.sluice.proxy.http2.FrameWriter;
import dev.sluice.proxy.http2.Http2Client;
import dev.sluice.proxy.time.Awaited;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Members of a pool that are origins of HTTP/2, and end streams or connections. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class Http2FaultsInPoolTest {
    private static final int CALLS = 8;
    private static final Duration STEP = Duration.ofMillis(100);

    private final Http2Members members = new Http2Members();

    Http2FaultsInPoolTest() throws Exception {}

    @AfterEach
    void end() throws Exception {
        members.close();
    }

    private static void fail(String how, Http2Client origin, int stream) throws Exception {
        switch (how) {
            case "CUT" -> origin.close();
            case "GOAWAY" -> goAway(origin, stream - 2);
            case "GOAWAY_AND_CUT" -> {
                goAway(origin, stream);
                origin.close();
            }
            default -> origin.reset(stream, ErrorCode.valueOf(how));
        }
    }

    private static void goAway(Http2Client origin, int last) throws Exception {
        origin.frame(out -> FrameWriter.goAway(out, last, ErrorCode.NO_ERROR, ""));
    }

    /**
     * @param by who answers at last: the same connection, a new one of the same member, the other member, or the proxy
     * @param failures how many the member has now
     */
    @ParameterizedTest
    @CsvSource({
        "INTERNAL_ERROR, GET, other, 1",
        "INTERNAL_ERROR, call, proxy, 1",
        "CANCEL, GET, other, 1",
        "CANCEL, call, proxy, 1",
        "REFUSED_STREAM, GET, same, 0",
        "REFUSED_STREAM, call, other, 1",
        "GOAWAY, GET, new, 0",
        "GOAWAY, call, other, 0",
        "GOAWAY_AND_CUT, GET, new, 0",
        "GOAWAY_AND_CUT, call, proxy, 1",
        "CUT, GET, new, 0",
        "CUT, call, proxy, 1"
    })
    void aRequestThatFailsGoesOnWhereItMay(String how, String kind, String by, int failures) throws Exception {
        members.start(members.both());
        Http2Client a = members.greeted(members.a, 1);
        Http2Client b = members.greeted(members.b, 3);
        if (kind.equals("GET")) {
            members.client.get(5, "/");
            a.await("HEADERS", 3);
        } else {
            members.call(5);
            a.await("DATA", 3);
        }
        fail(how, a, 3);
        switch (by) {
            case "same" -> answer(a, 5);
            case "new" -> answer(members.a.connection(), 1);
            case "other" -> answer(b, 3);
            default -> {}
        }
        assertThat(members.client.head(5)).contains(by.equals("proxy") ? "grpc-status: 14\n" : ":status: 204\n");
        members.records.awaitEnded(3);
        members.awaitIdle();
        assertThat(members.member("a").failures()).isEqualTo(failures);
        assertThat(members.member("b").failures()).isZero();
    }

    /** Brings this number of calls to a member that has answered one before. */
    private Http2Client busy() throws Exception {
        Http2Client a = members.greeted(members.a, 1);
        for (int i = 1; i <= CALLS; i++) {
            members.call(1 + 2 * i);
            a.await("DATA", 1 + 2 * i);
        }
        return a;
    }

    private void requireAnswered() throws Exception {
        for (int i = 1; i <= CALLS; i++) {
            assertThat(members.client.head(1 + 2 * i)).contains("grpc-status: 0\n");
        }
        members.records.awaitEnded(CALLS + 1);
        assertThat(members.member("a").condition()).isEqualTo(Condition.UP);
        assertThat(members.member("a").failures()).isZero();
    }

    /** It has begun none of them, but more than five failures in a row would be an ejection. */
    @Test
    void aMemberThatGoesAwayUnderLoadIsNotEjected() throws Exception {
        members.start(members.none()
                .addMember(members.member(members.a, "a"))
                .addMember(members.member(members.b, "b").withPriority(1)));
        goAway(busy(), 1);
        Http2Client b = members.b.connection();
        for (int i = 0; i < CALLS; i++) {
            answerCall(b, "0");
        }
        requireAnswered();
    }

    /** The only member: the calls come back to it. */
    @Test
    void aMemberThatGoesAwayUnderLoadOpensNoBreaker() throws Exception {
        members.start(members.none()
                .addMember(members.member(members.a, "a"))
                .ejection(EjectionPolicy.OFF)
                .breaker(BreakerPolicy.builder().failures(3).build()));
        goAway(busy(), 1);
        Awaited.passing(members.time, STEP, () -> members.a.connections() == 2);
        Http2Client next = members.a.connection();
        for (int i = 0; i < CALLS; i++) {
            Awaited.passing(
                    members.time,
                    STEP,
                    () -> next.others().stream().anyMatch(each -> each.kind().equals("HEADERS")));
            answerCall(next, "0");
        }
        requireAnswered();
    }

    /** It has served nothing, so this is no end in order. */
    @ParameterizedTest
    @ValueSource(strings = {"NO_ERROR", "ENHANCE_YOUR_CALM"})
    void aMemberThatOnlyGoesAwayIsEjected(String code) throws Exception {
        members.start(members.none()
                .addMember(members.member(members.a, "a"))
                .addMember(members.member(members.b, "b").withPriority(1)));
        Http2Client b = null;
        for (int i = 0; i < 5; i++) {
            members.call(1 + 2 * i);
            Http2Client a = members.a.connection();
            a.await("DATA", 1);
            a.frame(out -> FrameWriter.goAway(out, 0, ErrorCode.valueOf(code), ""));
            b = b == null ? members.b.connection() : b;
            answerCall(b, "0");
            assertThat(members.client.head(1 + 2 * i)).contains("grpc-status: 0\n");
        }
        Awaited.isTrue(() -> members.member("a").condition() == Condition.EJECTED);
    }

    /** Streams that are reset say of a member what connections do that are cut. */
    @Test
    void aMemberThatResetsItsStreamsIsEjectedAndItsOtherStreamsGoOn() throws Exception {
        members.start(members.none()
                .addMember(members.member(members.a, "a"))
                .addMember(members.member(members.b, "b").withPriority(1)));
        members.call(1);
        Http2Client a = members.a.connection();
        a.await("DATA", 1);
        Http2Client b = null;
        for (int i = 1; i <= 5; i++) {
            members.client.get(1 + 2 * i, "/");
            a.await("HEADERS", 1 + 2 * i);
            a.reset(1 + 2 * i, ErrorCode.INTERNAL_ERROR);
            b = b == null ? members.b.connection() : b;
            answer(b, 2 * i - 1);
            assertThat(members.client.head(1 + 2 * i)).startsWith(":status: 204\n");
        }
        Awaited.isTrue(() -> members.member("a").condition() == Condition.EJECTED);
        assertThat(members.member("a").inFlight()).isEqualTo(1);
        answerCall(a, "0");
        assertThat(members.client.head(1)).contains("grpc-status: 0\n");
        members.awaitIdle();
    }
}
