package dev.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.RecordingListener;
import dev.sluice.proxy.time.Awaited;
import dev.sluice.proxy.time.OtherTime;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ExchangeTest {
    private final ManualTime time = new ManualTime();
    private final List<String> told = new ArrayList<>();
    private final Exchange exchange = Exchange.builder(time).begin();

    private Exchange child() {
        return exchange.child("attempt", TimeSource.NEVER, Outcome.TOTAL_TIMEOUT);
    }

    @Test
    void aScopeEndsOnceWithItsFirstOutcome() {
        exchange.onEnd(outcome -> told.add("end " + outcome));

        assertThat(exchange.end(Outcome.COMPLETED)).isTrue();
        assertThat(exchange.end(Outcome.FAILED)).isFalse();
        assertThat(exchange.outcome()).isEqualTo(Outcome.COMPLETED);
        assertThat(told).containsExactly("end COMPLETED");
    }

    @Test
    void theLastAcquiredIsReleasedFirst() {
        exchange.onEnd(outcome -> told.add("first"));
        exchange.onEnd(outcome -> told.add("second"));
        exchange.end(Outcome.COMPLETED);

        assertThat(told).containsExactly("second", "first");
    }

    @Test
    void aHookGivenTooLateRunsAtOnce() {
        exchange.cancel(Outcome.CLIENT_LEFT);
        exchange.onCancel(reason -> told.add("cancel " + reason));
        exchange.close();
        exchange.onEnd(outcome -> told.add("end " + outcome));

        assertThat(told).containsExactly("cancel CLIENT_LEFT", "end CLIENT_LEFT");
    }

    @Test
    void aHookThatFailsDoesNotKeepTheOthersFromRunning() {
        exchange.onEnd(outcome -> told.add("ran"));
        exchange.onEnd(outcome -> {
            throw new IllegalStateException("hook");
        });
        exchange.end(Outcome.COMPLETED);

        assertThat(told).containsExactly("ran");
    }

    @Test
    void cancellingRunsHooksButDoesNotEndTheScope() {
        exchange.onCancel(reason -> told.add("cancel " + reason));

        assertThat(exchange.cancel(Outcome.CLIENT_LEFT)).isTrue();
        assertThat(exchange.cancel(Outcome.SHUT_DOWN)).isFalse();
        assertThat(exchange.outcome()).isNull();
        assertThat(told).containsExactly("cancel CLIENT_LEFT");
        assertThatThrownBy(exchange::check)
                .isInstanceOfSatisfying(
                        ProxyException.class, why -> assertThat(why.outcome()).isEqualTo(Outcome.CLIENT_LEFT));
    }

    @Test
    void aRemovedHookIsNotCalled() {
        exchange.onCancel(reason -> told.add("told")).run();
        exchange.cancel(Outcome.CLIENT_LEFT);

        assertThat(told).isEmpty();
    }

    @Test
    void aClosedScopeWasAbandonedUnlessItWasCancelled() {
        child().close();
        Exchange dropped = child();
        dropped.close();
        Exchange cancelled = child();
        cancelled.cancel(Outcome.CLIENT_LEFT);
        cancelled.close();

        assertThat(dropped.outcome()).isEqualTo(Outcome.ABANDONED);
        assertThat(cancelled.outcome()).isEqualTo(Outcome.CLIENT_LEFT);
    }

    @Test
    void childrenAreCancelledAndEndedWithTheirParent() {
        Exchange open = child();
        open.onCancel(reason -> told.add("cancel " + reason));
        open.onEnd(outcome -> told.add("end " + outcome));
        Exchange done = child();
        done.end(Outcome.HEAD_FAILED);
        exchange.end(Outcome.COMPLETED);

        assertThat(told).containsExactly("cancel ABANDONED", "end ABANDONED");
        assertThat(done.outcome()).isEqualTo(Outcome.HEAD_FAILED);
    }

    @Test
    void cancellingAParentCancelsItsChildren() {
        Exchange open = child();
        exchange.cancel(Outcome.CLIENT_LEFT);

        assertThat(open.cancelled()).isEqualTo(Outcome.CLIENT_LEFT);
        assertThat(child().cancelled()).isEqualTo(Outcome.CLIENT_LEFT);
    }

    @Test
    void anOpenChildIsNotBlamedForTheFailureOfAnotherUpstream() {
        Exchange cancelled = child();
        exchange.cancel(Outcome.BODY_FAILED);
        assertThat(cancelled.cancelled()).isEqualTo(Outcome.ABANDONED);
        assertThat(child().cancelled()).isEqualTo(Outcome.ABANDONED);

        Exchange other = Exchange.builder(time).begin();
        Exchange ended = other.child("attempt", TimeSource.NEVER, Outcome.TOTAL_TIMEOUT);
        other.end(Outcome.BODY_FAILED);
        assertThat(ended.outcome()).isEqualTo(Outcome.ABANDONED);
    }

    @Test
    void aChildOfAnEndedScopeIsCancelledFromTheStart() {
        exchange.end(Outcome.COMPLETED);

        assertThat(child().cancelled()).isEqualTo(Outcome.ABANDONED);
    }

    @Test
    void aScopeIsCancelledAtItsDeadline() {
        Exchange timed = Exchange.builder(time).begin(Duration.ofSeconds(2));
        Exchange sooner = timed.child("attempt", time.deadline(Duration.ofSeconds(1)), Outcome.HEAD_TIMEOUT);
        Exchange later = timed.child("attempt", time.deadline(Duration.ofSeconds(9)), Outcome.HEAD_TIMEOUT);
        time.advance(Duration.ofSeconds(1));
        assertThat(sooner.cancelled()).isEqualTo(Outcome.HEAD_TIMEOUT);
        assertThat(timed.cancelled()).isNull();
        time.advance(Duration.ofSeconds(1));

        assertThat(timed.cancelled()).isEqualTo(Outcome.TOTAL_TIMEOUT);
        assertThat(later.cancelled()).isEqualTo(Outcome.TOTAL_TIMEOUT);
        assertThat(later.deadlineNanos()).isEqualTo(timed.deadlineNanos());
    }

    @Test
    void aDeadlineThatIsReplacedJustBeforeItsTaskRunsHasNoEffect() {
        List<Runnable> aboutToRun = new ArrayList<>();
        TimeSource late = new OtherTime(time) {
            @Override
            public Scheduled schedule(Duration delay, Runnable task) {
                aboutToRun.add(task);
                return () -> {};
            }
        };
        Exchange timed = Exchange.builder(late).begin(Duration.ofSeconds(1));
        timed.deadline(TimeSource.NEVER, Outcome.TOTAL_TIMEOUT);
        aboutToRun.forEach(Runnable::run);

        assertThat(timed.cancelled()).isNull();
    }

    @Test
    void aScopeWithoutInterimResponsesSendsNone() {
        Exchange all = Exchange.builder(time)
                .capabilities(Set.of(Capability.INTERIM))
                .interim((status, headers) -> told.add("interim " + status))
                .begin();
        Exchange silent = all.child("attempt", TimeSource.NEVER, Outcome.TOTAL_TIMEOUT);
        silent.withoutInterim();

        assertThat(silent.interim(103, Headers.empty())).isFalse();
        assertThat(all.interim(102, Headers.empty())).isTrue();
        assertThat(told).containsExactly("interim 102");
    }

    @Test
    void theDeadlineOfAnEndedScopeHasNoEffect() {
        Exchange timed = Exchange.builder(time).begin(Duration.ofSeconds(1));
        timed.end(Outcome.COMPLETED);
        time.advance(Duration.ofSeconds(2));

        assertThat(timed.cancelled()).isNull();
    }

    @Test
    void attributesAreFoundInTheScopeThenInItsParents() {
        exchange.put(String.class, "outer");
        Exchange child = child();
        assertThat(child.get(String.class)).isEqualTo("outer");
        child.put(String.class, "inner");

        assertThat(child.get(String.class)).isEqualTo("inner");
        assertThat(exchange.get(String.class)).isEqualTo("outer");
        assertThat(exchange.get(Integer.class)).isNull();
    }

    @Test
    void interimResponsesGoOnlyWhereTheServerCanSendThem() {
        Exchange able = Exchange.builder(time)
                .interim((status, headers) -> told.add("interim " + status))
                .capabilities(java.util.Set.of(Capability.INTERIM))
                .begin();
        Exchange unable = Exchange.builder(time)
                .interim((status, headers) -> told.add("never"))
                .begin();

        assertThat(able.interim(103, Headers.empty())).isTrue();
        assertThat(unable.interim(103, Headers.empty())).isFalse();
        assertThat(told).containsExactly("interim 103");
    }

    @Test
    void aDetachedScopeOutlivesItsExchangeAndHasItsOwnRecord() throws Exception {
        RecordingListener listener = new RecordingListener();
        Exchange parent = Exchange.builder(time).listener(listener).begin();
        Exchange refresh = parent.detached("refresh", Duration.ofSeconds(5));
        parent.end(Outcome.COMPLETED);
        assertThat(refresh.outcome()).isNull();
        assertThat(refresh.purpose()).isEqualTo("refresh");
        refresh.end(Outcome.HEAD_FAILED);

        assertThat(listener.awaitEnded(2))
                .extracting(ExchangeRecord::outcome)
                .containsExactly(Outcome.COMPLETED, Outcome.HEAD_FAILED);
    }

    @Test
    void theRecordKeepsTheFailureAlthoughTheErrorPageWasDelivered() {
        exchange.notes().failed(new ProxyException(Outcome.CONNECT_FAILED, Delivery.NOT_SENT, "refused"));
        exchange.end(Outcome.COMPLETED);

        assertThat(exchange.record().outcome()).isEqualTo(Outcome.CONNECT_FAILED);
    }

    @Test
    void anAttemptsRecordIsCompleteWhenItsScopeEnds() {
        Exchange scope = child();
        AttemptRecord attempt = scope.attempt("a");
        time.advance(Duration.ofMillis(3));
        scope.end(Outcome.HEAD_TIMEOUT);

        assertThat(attempt.outcome()).isEqualTo(Outcome.HEAD_TIMEOUT);
        assertThat(attempt.endNanos() - attempt.beginNanos()).isEqualTo(3_000_000);
        assertThat(exchange.record().explain()).contains("attempt 1 at a: HEAD_TIMEOUT");
    }

    @Test
    void aDetachedScopeStartsWithTheDataOfItsExchange() throws Exception {
        exchange.received(request());
        exchange.notes().route("api");
        exchange.put(String.class, "of the exchange");
        Exchange attempt = child();
        attempt.put(Integer.class, 1);

        Exchange refresh = attempt.detached("refresh", Duration.ofSeconds(5));
        exchange.put(String.class, "later");

        assertThat(refresh.get(String.class)).isEqualTo("of the exchange");
        assertThat(refresh.get(Integer.class)).isEqualTo(1);
        assertThat(refresh.record().request()).isSameAs(exchange.record().request());
        assertThat(refresh.record().route()).isEqualTo("api");
        assertThat(refresh.record().purpose()).isEqualTo("refresh");
        assertThat(refresh.record().isClients()).isFalse();
        assertThat(exchange.record().isClients()).isTrue();
    }

    private ProxyRequest request() throws ProxyException {
        return ProxyRequest.builder(exchange, "GET", RequestTarget.parse("GET", "/", "http", "a.test"))
                .build();
    }

    @Test
    void aFailingListenerDoesNotAffectLaterOnes() {
        RecordingListener before = new RecordingListener();
        RecordingListener after = new RecordingListener();
        ExchangeListener failing = new FailingListener(told);
        Exchange heard = Exchange.builder(time)
                .listener(before.and(failing).and(after).and(new FailingListener(told)))
                .begin();
        Exchange scope = heard.child("attempt", TimeSource.NEVER, Outcome.TOTAL_TIMEOUT);
        scope.attempt("a");
        scope.end(Outcome.COMPLETED);
        heard.end(Outcome.COMPLETED);

        assertThat(before.records()).hasSize(1);
        assertThat(after.records()).hasSize(1);
        assertThat(told)
                .containsExactly(
                        "begun",
                        "begun",
                        "attempt begun",
                        "attempt begun",
                        "attempt ended",
                        "attempt ended",
                        "ended",
                        "ended");
    }

    private record FailingListener(List<String> told) implements ExchangeListener {
        @Override
        public void begun(ExchangeRecord record) {
            fail("begun");
        }

        @Override
        public void attemptBegun(ExchangeRecord record, AttemptRecord attempt) {
            fail("attempt begun");
        }

        @Override
        public void attemptEnded(ExchangeRecord record, AttemptRecord attempt) {
            fail("attempt ended");
        }

        @Override
        public void ended(ExchangeRecord record) {
            fail("ended");
        }

        private void fail(String what) {
            told.add(what);
            throw new IllegalStateException("a listener's fault");
        }
    }

    @Test
    void theRecordOfALongWaitKeepsItsBeginningAndItsEnd() {
        for (int i = 1; i <= 10_000; i++) {
            int number = i;
            exchange.notes().note(() -> "bounced " + number + " times");
            child().attempt("a");
        }

        assertThat(exchange.record().decisions()).hasSize(64);
        assertThat(exchange.record().attempts()).hasSize(64);
        assertThat(exchange.record().attemptCount()).isEqualTo(10_000);
        assertThat(exchange.record().attempts())
                .extracting(AttemptRecord::number)
                .startsWith(1, 2, 3)
                .endsWith(9_999, 10_000);
        assertThat(exchange.record().explain())
                .contains("bounced 32 times\n... 9936 more\nbounced 9969 times")
                .contains("attempt 32 at a: open\n... 9936 more\nattempt 9969 at a: open");
    }

    @Test
    void aDeadlineThatHasPassedRunsHooksWithoutALock() throws Exception {
        time.advance(Duration.ofSeconds(1));
        Signal looked = new Signal();
        Signal asks = new Signal();
        exchange.onCancel(reason -> {
            // Another thread looks at the scope at the same time. It succeeds only if no thread has the lock.
            asks.fire();
            Awaited.signal(looked);
            told.add("cancelled " + reason);
        });
        Signal ended = TimeSource.system().start("other", () -> {
            Awaited.signal(asks);
            exchange.outcome();
            looked.fire();
        });
        exchange.deadline(0, Outcome.TOTAL_TIMEOUT);

        Awaited.signal(ended);
        assertThat(told).containsExactly("cancelled TOTAL_TIMEOUT");
    }

    @Test
    void aChildThatIsEndingIsReachedByACancellationOfItsParent() {
        Exchange child = child();
        child.onCancel(reason -> told.add("broken off " + reason));
        child.onEnd(outcome -> {
            exchange.cancel(Outcome.CLIENT_LEFT);
            told.add("ended " + outcome);
        });
        child.end(Outcome.COMPLETED);

        assertThat(told).containsExactly("broken off CLIENT_LEFT", "ended COMPLETED");
        assertThat(child.outcome()).isEqualTo(Outcome.COMPLETED);
        assertThat(child.cancelled()).isNull();
        assertThat(child.cancel(Outcome.CLIENT_LEFT)).isFalse();
    }

    @Test
    void aBlockingHookDelaysNeitherTheClockNorOtherHooks() {
        Exchange real = Exchange.builder(TimeSource.system()).begin();
        Signal go = new Signal();
        Signal second = new Signal();
        Signal timer = new Signal();
        real.onCancel(reason -> Awaited.signal(go));
        real.onCancel(reason -> second.fire());
        real.deadline(real.time().nanos(), Outcome.TOTAL_TIMEOUT);

        Awaited.signal(second);
        real.time().schedule(Duration.ofMillis(1), timer::fire);
        Awaited.signal(timer);
        go.fire();
        real.close();
    }
}
