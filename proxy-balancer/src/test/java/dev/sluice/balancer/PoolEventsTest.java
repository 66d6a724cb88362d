package dev.sluice.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.PoolEvent.Kind;
import dev.sluice.balancer.PoolSnapshot.Condition;
import dev.sluice.balancer.breaker.CircuitBreaker;
import dev.sluice.proxy.testing.ManualTime;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a pool remembers of its members. */
class PoolEventsTest {
    private final PoolEvents events = new PoolEvents("shop", new ManualTime(), List.of());

    @Test
    void theReasonIsTheEventThatHasBroughtTheMemberIntoItsCondition() {
        events.post(Kind.ADDED, "a", "new");
        events.breaker("a", CircuitBreaker.State.OPEN, "3 failures");
        events.post(Kind.DRAINING, "a", "0 in flight");
        assertThat(events.reason("a", Condition.OPEN)).map(PoolEvent::reason).contains("3 failures");
        assertThat(events.reason("a", Condition.UP)).map(PoolEvent::reason).contains("0 in flight");
    }

    /** Else a pool whose members come and go under new names would remember all of them. */
    @Test
    void nothingIsRememberedOfAMemberThatIsRemovedAlsoIfItsLastAttemptsFail() {
        events.post(Kind.ADDED, "a", "new");
        events.post(Kind.REMOVED, "a", "by the application");
        events.breaker("a", CircuitBreaker.State.OPEN, "3 failures");
        assertThat(events.reason("a", Condition.OPEN)).isEmpty();
    }
}
