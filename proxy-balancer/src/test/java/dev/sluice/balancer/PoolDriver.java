package dev.sluice.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.PoolSnapshot.MemberSnapshot;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.ExchangeRecord.Decision;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.RequestTarget;
import dev.sluice.proxy.spi.Attempts;
import dev.sluice.proxy.spi.Attempts.Lease;
import dev.sluice.proxy.spi.Attempts.Step;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.TestExchange;
import dev.sluice.proxy.time.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Sends requests to a pool as the attempt loop does, without threads or sockets. */
record PoolDriver(UpstreamPool pool, TimeSource time) {
    /** Members with these ids, weight 1, each a fake. */
    static UpstreamPool.Builder members(TimeSource time, String... ids) {
        UpstreamPool.Builder builder = UpstreamPool.builder().time(time);
        for (String id : ids) {
            builder.addMember(Member.of(FakeUpstream.named(id)));
        }
        return builder;
    }

    Call call(String method, String... headers) {
        ProxyRequest request = ProxyRequest.builder(
                        TestExchange.begin(time), method, RequestTarget.of("http", null, "/"))
                .headers(Headers.of(headers))
                .build();
        return new Call(this, request, pool.attempts(request));
    }

    /** A lease of this member. Leases of other members that come first end at once. */
    Lease leaseOf(String id) {
        while (true) {
            Lease lease = call("GET").begin();
            if (lease.upstream().id().equals(id)) {
                return lease;
            }
            lease.end(Outcome.ABANDONED, time().nanos());
        }
    }

    /** Makes one attempt with this outcome. Returns the id of its member. */
    String attempt(Outcome outcome) {
        Call call = call("GET");
        Lease lease = call.begin();
        call.end(lease, outcome);
        return lease.upstream().id();
    }

    /**
     * Begins attempts until this member has this number of them. Its attempts then fail, those of other members
     * succeed. They must run at once: time stands still, and a member that has just failed is not picked while others
     * are healthy.
     */
    void fail(String id, int times) {
        Map<Lease, Call> all = new LinkedHashMap<>();
        int left = times;
        for (int i = 0; left > 0; i++) {
            assertThat(i).as("attempts until %s was picked %d times", id, times).isLessThan(10_000);
            Call call = call("GET");
            Lease lease = call.begin();
            all.put(lease, call);
            left -= lease.upstream().id().equals(id) ? 1 : 0;
        }
        all.forEach((lease, call) ->
                call.end(lease, lease.upstream().id().equals(id) ? Outcome.CONNECT_FAILED : Outcome.COMPLETED));
    }

    /** The ids of the members that {@code count} requests go to, each once. All requests succeed. */
    List<String> used(int count) {
        return used(count, Outcome.COMPLETED);
    }

    /** The ids of the members that {@code count} requests go to, each once. All requests have this outcome. */
    List<String> used(int count, Outcome outcome) {
        return Stream.generate(() -> attempt(outcome))
                .limit(count)
                .distinct()
                .sorted()
                .toList();
    }

    MemberSnapshot member(String id) {
        return pool.snapshot().member(id).orElseThrow();
    }

    /** One request in flight. */
    record Call(PoolDriver driver, ProxyRequest request, Attempts attempts) {
        Lease begin() {
            return sent(start());
        }

        /** Begins the request. Returns the id of its member. */
        String at() {
            return begin().upstream().id();
        }

        Step start() {
            return attempts.start(driver.time.nanos());
        }

        Step woke() {
            return attempts.woke(driver.time.nanos());
        }

        Step head(Lease lease) {
            return head(lease, 200);
        }

        Step head(Lease lease, int status, String... headers) {
            long nanos = driver.time.nanos();
            Step step = attempts.head(lease, status, Headers.of(headers), true, nanos);
            if (step instanceof Step.Answer) {
                attempts.passedOn(lease, nanos);
            }
            return step;
        }

        /** Ends the attempt, with an answer if the outcome is COMPLETED. */
        void end(Lease lease, Outcome outcome) {
            if (outcome == Outcome.COMPLETED) {
                head(lease);
            }
            lease.end(outcome, driver.time.nanos());
        }

        Step failed(Lease lease, Outcome outcome, Delivery delivery, boolean bodyKept) {
            lease.end(outcome, driver.time.nanos());
            return attempts.failed(lease, outcome, delivery, bodyKept, driver.time.nanos());
        }

        /** The members that are tried one after another if all fail in this way. */
        List<String> allFail(Outcome outcome, Delivery delivery, boolean bodyKept) {
            List<String> ids = new ArrayList<>();
            Step step = attempts.start(driver.time.nanos());
            while (step instanceof Step.Send || step instanceof Step.Wait) {
                if (step instanceof Step.Wait wait) {
                    step = attempts.woke(wait.untilNanos());
                } else {
                    Lease lease = sent(step);
                    ids.add(lease.upstream().id());
                    step = failed(lease, outcome, delivery, bodyKept);
                }
            }
            assertThat(step).isEqualTo(new Step.Fail(ids.isEmpty() ? Outcome.NO_UPSTREAM : outcome));
            return ids;
        }

        List<String> explained() {
            return request.exchange().record().decisions().stream()
                    .map(Decision::explain)
                    .toList();
        }

        /** How long a wait is to last, from now. */
        Duration waits(Step step) {
            assertThat(step).isInstanceOf(Step.Wait.class);
            return Duration.ofNanos(((Step.Wait) step).untilNanos() - driver.time.nanos());
        }

        static Lease sent(Step step) {
            assertThat(step).isInstanceOf(Step.Send.class);
            return ((Step.Send) step).lease();
        }
    }
}
