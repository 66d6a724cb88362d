package dev.sluice.balancer.affinity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.TestExchange;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyAffinityTest {
    private static final List<String> MEMBERS = List.of("a", "b", "c");

    private final ManualTime time = new ManualTime();
    private final FakeUpstream a = FakeUpstream.named("a");
    private final FakeUpstream b = FakeUpstream.named("b");
    private final Affinity affinity =
            Affinity.header("X-Account").maxKeys(100).build().over(MEMBERS);

    private ProxyRequest request(String account) {
        return TestExchange.request(TestExchange.begin(time), "GET", "/").toBuilder()
                .addHeader("X-Account", account)
                .build();
    }

    private Session session(Affinity of, String account) {
        return of.session(request(account), time.nanos());
    }

    private void answered(Session session, Upstream member) throws Exception {
        session.bind(member, member.id(), time.nanos()).send(request("any")).close();
    }

    @Test
    void aKeyStaysWithTheMemberThatAnsweredIt() throws Exception {
        Session first = session(affinity, "x");
        answered(first, a);
        Session second = session(affinity, "x");

        assertThat(first.bound()).isFalse();
        assertThat(first.member()).isNull();
        assertThat(second.bound()).isTrue();
        assertThat(second.member()).isEqualTo("a");
        assertThat(session(affinity, "y").member()).isNull();
    }

    @Test
    void requestsThatComeWhileTheFirstIsInFlightGoToItsMember() {
        Session first = session(affinity, "x");
        Session atOnce = session(affinity, "x");
        first.bind(a, "a", time.nanos());
        Session during = session(affinity, "x");
        atOnce.bind(b, "b", time.nanos());

        assertThat(during.member()).isEqualTo("a");
        assertThat(session(affinity, "x").member()).isEqualTo("a");
    }

    @Test
    void aBoundKeyNeedsNoFilter() throws Exception {
        answered(session(affinity, "x"), a);

        assertThat(session(affinity, "x").bind(a, "a", time.nanos())).isSameAs(a);
    }

    @Test
    void anAttemptThatFailsLeavesANewKeyUnbound() {
        a.fail(Outcome.HEAD_FAILED, Delivery.SENT_UNKNOWN);
        Session session = session(affinity, "x");

        assertThatExceptionOfType(ProxyException.class).isThrownBy(() -> answered(session, a));
        assertThat(session(affinity, "x").bound()).isFalse();
    }

    @Test
    void aFailedAttemptAtAnotherMemberDoesNotMoveTheKey() throws Exception {
        answered(session(affinity, "x"), a);
        b.fail(Outcome.CONNECT_FAILED, Delivery.NOT_SENT);
        Session session = session(affinity, "x");

        assertThatExceptionOfType(ProxyException.class).isThrownBy(() -> answered(session, b));
        assertThat(session(affinity, "x").member()).isEqualTo("a");
    }

    @Test
    void theAttemptAfterAFailureBindsTheKey() throws Exception {
        a.fail(Outcome.CONNECT_FAILED, Delivery.NOT_SENT);
        Session session = session(affinity, "x");
        assertThatExceptionOfType(ProxyException.class).isThrownBy(() -> answered(session, a));
        answered(session, b);

        assertThat(session(affinity, "x").member()).isEqualTo("b");
    }

    @Test
    void aKeyMovesWhenItsMemberIsGone() throws Exception {
        answered(session(affinity, "x"), a);
        Affinity without = affinity.over(List.of("b", "c"));
        Session orphan = session(without, "x");
        answered(orphan, b);

        assertThat(orphan.member()).isNull();
        assertThat(orphan.bound()).isTrue();
        assertThat(orphan).hasToString("key of a, which is gone");
        assertThat(session(without, "x").member()).isEqualTo("b");
    }

    @Test
    void theIdOfTheMemberCountsNotTheIdOfItsUpstream() throws Exception {
        session(affinity, "x").bind(a, "c", time.nanos()).send(request("x"));

        assertThat(session(affinity, "x").member()).isEqualTo("c");
    }

    @Test
    void aKeyIsForgottenAfterTheIdleTime() throws Exception {
        answered(session(affinity, "x"), a);
        time.advance(Duration.ofMinutes(30));
        String member = session(affinity, "x").member();
        time.advance(Duration.ofMinutes(30).plusNanos(1));

        assertThat(member).isEqualTo("a");
        assertThat(session(affinity, "x").bound()).isFalse();
    }

    @Test
    void theLeastRecentKeyIsForgottenWhenThereAreTooMany() throws Exception {
        for (int i = 0; i < 101; i++) {
            answered(session(affinity, "x" + i), a);
        }

        assertThat(session(affinity, "x0").bound()).isFalse();
        assertThat(session(affinity, "x1").bound()).isTrue();
        assertThat(affinity.sessions("a", time.nanos())).isEqualTo(100);
        assertThat(affinity.sessions("b", time.nanos())).isZero();
    }

    @Test
    void requestsWithoutAKeyAreNotBound() {
        Affinity keyless = Affinity.key(request -> null).build().over(MEMBERS);
        Session none = session(keyless, "x");
        Session empty = session(affinity, "");

        assertThat(none.bound()).isFalse();
        assertThat(none.bind(a, "a", 0)).isSameAs(a);
        assertThat(empty.bind(a, "a", 0)).isSameAs(a);
        assertThat(keyless.sessions("a", 0)).isZero();
        assertThat(affinity.sessions("a", 0)).isZero();
    }

    @Test
    void longKeysThatDifferAtTheirEndAreDifferent() throws Exception {
        String key = "k".repeat(5_000);
        answered(session(affinity, key + 1), a);
        answered(session(affinity, key + 2), b);

        assertThat(session(affinity, key + 1).member()).isEqualTo("a");
        assertThat(session(affinity, key + 2).member()).isEqualTo("b");
    }

    @Test
    void onlyTheHashOfALongKeyIsKept() throws Exception {
        SessionTable<String> table = new SessionTable<>(10, Duration.ofHours(1));
        Affinity own =
                new KeyAffinity(request -> request.headers().first("X-Account").orElse(null), table, false, Set.of());
        answered(session(own, "k".repeat(128)), a);
        answered(session(own, "k".repeat(129)), a);

        assertThat(table.size()).isEqualTo(2);
        assertThat(table.seen("k".repeat(128), 0)).isEqualTo("a");
        assertThat(table.seen("k".repeat(129), 0)).isNull();
    }

    @Test
    void withoutAPreparationItKnowsNoMember() throws Exception {
        Affinity bare = Affinity.header("X-Account").build();
        answered(session(bare, "x"), a);

        assertThat(session(bare, "x").member()).isNull();
        assertThat(session(bare.over(MEMBERS), "x").member()).isEqualTo("a");
    }

    @Test
    void strictIsAsConfigured() {
        assertThat(affinity.strict()).isFalse();
        assertThat(Affinity.header("X").strict(true).build().over(MEMBERS).strict())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "Host", "content-length", "TE"})
    void aFieldThatNoRequestHasIsRefused(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Affinity.header(name))
                .withMessage(
                        "affinity header must be the name of a field that a request can have behind a proxy: " + name);
    }

    @Test
    void aValueOutOfRangeIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Affinity.header("X").maxKeys(0).build())
                .withMessage("affinity maxKeys must be at least 1: 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Affinity.header("X").idle(Duration.ZERO).build())
                .withMessage("affinity idle must be above 0 and at most 365 days: 0 s");
    }
}
