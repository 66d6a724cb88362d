package dev.sluice.balancer.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.spi.Attempts;
import dev.sluice.proxy.spi.Attempts.Lease;
import dev.sluice.proxy.spi.Attempts.Step;
import dev.sluice.proxy.testing.TestExchange;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Each step of the pool is carried out correctly. The decisions follow a script. */
class SimulatedCallTest {
    private final List<String> told = new ArrayList<>();
    private final SimulationRun run = new SimulationRun(Simulation.builder()
            .addMember(SimulatedMember.named("slow").withLatency(Latency.fixed(Duration.ofMillis(300))))
            .addMember(SimulatedMember.named("quick").withLatency(Latency.fixed(Duration.ofMillis(50))))
            .addMember(SimulatedMember.named("dead").withFault(Duration.ZERO, Fault.dead()))
            .load((nanos, random) -> TimeSource.NEVER)
            .setup());

    private final Exchange exchange = TestExchange.begin(run.time());

    @Test
    void anAnswerEndsTheAttemptAndTheRequest() {
        Attempt quick = new Attempt("quick");

        SimulationResult result = carryOut(quick.send(), new Step.Answer(quick, false));

        assertThat(told).containsExactly("0 start", "50 head quick 200", "50 end quick COMPLETED");
        assertThat(result.latency().max()).isEqualTo(Duration.ofMillis(50));
    }

    @Test
    void aHedgeRunsBesideTheFirstAttemptAndTheLoserIsBrokenOff() {
        Attempt slow = new Attempt("slow");
        Attempt quick = new Attempt("quick");

        SimulationResult result = carryOut(
                new Step.Send(slow, TimeSource.NEVER, millis(100)), quick.send(), new Step.Answer(quick, false));

        assertThat(told)
                .containsExactly(
                        "0 start",
                        "100 slow slow",
                        "150 head quick 200",
                        "150 end quick COMPLETED",
                        "150 end slow ABANDONED");
        assertThat(result.hedges()).isEqualTo(1);
        assertThat(result.retries()).isZero();
    }

    @Test
    void anAttemptEndsAtItsTimeout() {
        Attempt slow = new Attempt("slow");
        Attempt quick = new Attempt("quick");

        SimulationResult result = carryOut(
                new Step.Send(slow, millis(200), TimeSource.NEVER), quick.send(), new Step.Answer(quick, false));

        assertThat(told)
                .containsExactly(
                        "0 start",
                        "200 end slow HEAD_TIMEOUT",
                        "200 failed slow HEAD_TIMEOUT SENT_UNKNOWN",
                        "250 head quick 200",
                        "250 end quick COMPLETED");
        assertThat(result.retries()).isEqualTo(1);
    }

    @Test
    void theLastPossibleAttemptHasNoTimeLimit() {
        Attempt slow = new Attempt("slow");
        slow.goesOn = true;

        carryOut(new Step.Send(slow, millis(200), TimeSource.NEVER), new Step.Answer(slow, false));

        assertThat(told).containsExactly("0 start", "200 expired slow", "300 head slow 200", "300 end slow COMPLETED");
    }

    @Test
    void aResponseThatIsNotPassedOnIsDropped() {
        Attempt first = new Attempt("quick");
        Attempt second = new Attempt("quick");

        carryOut(first.send(), second.send(), new Step.Answer(second, false));

        assertThat(told)
                .containsExactly(
                        "0 start",
                        "50 head quick 200",
                        "50 end quick ABANDONED",
                        "100 head quick 200",
                        "100 end quick COMPLETED");
    }

    @Test
    void aDroppedResponseLeavesTheClientWithTheLastDecision() {
        SimulationResult result =
                carryOut(new Attempt("dead").send(), new Attempt("quick").send(), new Step.Fail(Outcome.TOTAL_TIMEOUT));

        assertThat(result.outcomes()).containsOnlyKeys(Outcome.TOTAL_TIMEOUT);
    }

    @Test
    void anAttemptThatIsBrokenOffAtItsBeginningIsNotSent() {
        Attempt quick = new Attempt("quick");
        quick.cutAtOnce = true;

        carryOut(quick.send(), new Step.Fail(Outcome.SHUT_DOWN));

        assertThat(told).containsExactly("0 start", "0 end quick SHUT_DOWN", "0 failed quick SHUT_DOWN NOT_SENT");
    }

    @Test
    void attemptsThatAreBrokenOffTogetherFailInTheirOwnOrder() {
        Attempt first = new Attempt("slow");
        Attempt second = new Attempt("quick");
        run.time().schedule(Duration.ofMillis(110), () -> {
            second.scope().cancel(Outcome.SHUT_DOWN);
            first.scope().cancel(Outcome.SHUT_DOWN);
        });

        carryOut(
                new Step.Send(first, TimeSource.NEVER, millis(100)),
                second.send(),
                new Step.Await(),
                new Step.Fail(Outcome.SHUT_DOWN));

        assertThat(told).endsWith("110 end quick SHUT_DOWN", "110 failed quick SHUT_DOWN SENT_UNKNOWN");
        assertThat(told.get(2)).isEqualTo("110 end slow SHUT_DOWN");
    }

    @Test
    void aWaitEndsAtItsTime() {
        SimulationResult result = carryOut(new Step.Wait(new Signal(), millis(70)), new Step.Fail(Outcome.NO_UPSTREAM));

        assertThat(told).containsExactly("0 start", "70 woke");
        assertThat(result.outcomes()).containsOnlyKeys(Outcome.NO_UPSTREAM);
        assertThat(result.statuses()).containsOnlyKeys(503);
    }

    @Test
    void aWaitEndsWhenTheSignalFires() {
        Signal signal = new Signal();
        run.time().schedule(Duration.ofMillis(30), signal::fire);

        carryOut(new Step.Wait(signal, millis(70)), new Step.Fail(Outcome.NO_UPSTREAM));

        assertThat(told).containsExactly("0 start", "30 woke");
    }

    @Test
    void aWaitEndsWithTheRequest() {
        Signal signal = new Signal();
        run.time().schedule(Duration.ofMillis(30), () -> exchange.cancel(Outcome.TOTAL_TIMEOUT));
        run.time().schedule(Duration.ofMillis(40), signal::fire);

        SimulationResult result = carryOut(new Step.Wait(signal, millis(70)), new Step.Fail(Outcome.NO_UPSTREAM));

        assertThat(told).containsExactly("0 start");
        assertThat(result.outcomes()).containsOnlyKeys(Outcome.TOTAL_TIMEOUT);
        assertThat(result.latency().max()).isEqualTo(Duration.ofMillis(30).minusNanos(1));
    }

    @Test
    void theClientGetsTheLastFailure() {
        SimulationResult result = carryOut(new Attempt("dead").send(), new Step.Fail(Outcome.NO_UPSTREAM));

        assertThat(told)
                .containsExactly("0 start", "0 end dead CONNECT_FAILED", "0 failed dead CONNECT_FAILED NOT_SENT");
        assertThat(result.outcomes()).containsOnlyKeys(Outcome.CONNECT_FAILED);
    }

    @Test
    void aFailureBreaksOffRunningAttempts() {
        Attempt slow = new Attempt("slow");

        carryOut(
                new Step.Send(slow, TimeSource.NEVER, millis(10)),
                new Attempt("dead").send(),
                new Step.Fail(Outcome.CONNECT_FAILED));

        assertThat(told)
                .containsExactly(
                        "0 start",
                        "10 slow slow",
                        "10 end dead CONNECT_FAILED",
                        "10 failed dead CONNECT_FAILED NOT_SENT",
                        "10 end slow ABANDONED");
    }

    @Test
    void anAttemptContinuesAfterAnotherHasFailed() {
        Attempt slow = new Attempt("slow");

        carryOut(
                new Step.Send(slow, TimeSource.NEVER, millis(10)),
                new Attempt("dead").send(),
                new Step.Await(),
                new Step.Answer(slow, false));

        assertThat(told).endsWith("300 head slow 200", "300 end slow COMPLETED");
    }

    @Test
    void aCancelledScopeBreaksItsAttemptOff() {
        Attempt slow = new Attempt("slow");
        Attempt quick = new Attempt("quick");
        run.time().schedule(Duration.ofMillis(40), () -> slow.scope().cancel(Outcome.SHUT_DOWN));

        carryOut(slow.send(), quick.send(), new Step.Answer(quick, false));

        assertThat(told)
                .containsExactly(
                        "0 start",
                        "40 end slow SHUT_DOWN",
                        "40 failed slow SHUT_DOWN SENT_UNKNOWN",
                        "90 head quick 200",
                        "90 end quick COMPLETED");
    }

    private SimulationResult carryOut(Step... steps) {
        Attempts script = new Script(new ArrayDeque<>(Arrays.asList(steps)));
        // A nanosecond after the beginning, when the faults are in effect.
        run.time().schedule(Duration.ofNanos(1), () -> {
            ProxyRequest request = TestExchange.request(exchange, "GET", "/");
            SimulatedCall call = new SimulatedCall(run, request, script);
            exchange.onCancel(call);
            call.begin();
        });
        return run.result();
    }

    private static long millis(long count) {
        return Duration.ofMillis(count).toNanos();
    }

    private void tell(long nanos, String what) {
        told.add(nanos / 1_000_000 + " " + what);
    }

    private final class Attempt implements Lease {
        private final String id;
        private Exchange scope;
        private boolean cutAtOnce;
        private boolean goesOn;

        Attempt(String id) {
            this.id = id;
        }

        Step.Send send() {
            return new Step.Send(this);
        }

        Exchange scope() {
            return Objects.requireNonNull(scope);
        }

        @Override
        public Upstream upstream() {
            return Objects.requireNonNull(run.member(id).upstream());
        }

        @Override
        public void began(Exchange begun) {
            scope = begun;
            if (cutAtOnce) {
                begun.cancel(Outcome.SHUT_DOWN);
            }
        }

        @Override
        public boolean expired(long nanos) {
            if (goesOn) {
                tell(nanos, "expired " + id);
            }
            return !goesOn;
        }

        @Override
        public void end(Outcome outcome, long nanos) {
            tell(nanos, "end " + id + " " + outcome);
        }
    }

    private final class Script implements Attempts {
        private final Deque<Step> steps;

        Script(Deque<Step> steps) {
            this.steps = steps;
        }

        @Override
        public Step start(long nanos) {
            return next(nanos, "start");
        }

        @Override
        public Step head(Lease lease, int status, Headers headers, boolean bodyKept, long nanos) {
            return next(nanos, "head " + lease.upstream().id() + " " + status);
        }

        @Override
        public Step failed(Lease lease, Outcome outcome, Delivery delivery, boolean bodyKept, long nanos) {
            return next(nanos, "failed " + lease.upstream().id() + " " + outcome + " " + delivery);
        }

        @Override
        public Step slow(Lease lease, boolean bodyWhole, long nanos) {
            return next(nanos, "slow " + lease.upstream().id());
        }

        @Override
        public Step woke(long nanos) {
            return next(nanos, "woke");
        }

        private Step next(long nanos, String event) {
            tell(nanos, event);
            return steps.remove();
        }
    }
}
