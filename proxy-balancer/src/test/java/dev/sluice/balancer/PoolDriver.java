package dev.sluice.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.PoolSnapshot.MemberSnapshot;
import dev.sluice.proxy.Attempts;
import dev.sluice.proxy.Decision;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Lease;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.Step;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.TestExchange;
import dev.sluice.proxy.time.TimeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Makes requests to a pool as the loop over attempts does, without a thread or a socket. */
record PoolDriver(UpstreamPool pool, TimeSource time) {
    /** Members with these ids, weight 1, each a fake. */
    static UpstreamPool.Builder members(TimeSource time, String... ids) {
        UpstreamPool.Builder builder = UpstreamPool.builder().time(time);
        for (String id : ids) {
            builder.member(Member.of(FakeUpstream.named(id)));
        }
        return builder;
    }

    Call call(String method) {
        ProxyRequest request = TestExchange.request(TestExchange.begin(time), method, "/");
        return new Call(this, request, pool.attempts(request));
    }

    /** One attempt that ends so, and the id of its member. */
    String attempt(Outcome outcome) {
        Lease lease = call("GET").begin();
        lease.end(outcome, time.nanos());
        return lease.upstream().id();
    }

    /** Attempts until this member has failed so often; the others' succeed. */
    void fail(String id, int times) {
        int left = times;
        for (int i = 0; left > 0; i++) {
            assertThat(i).as("attempts until %s was picked %d times", id, times).isLessThan(10_000);
            Lease lease = call("GET").begin();
            boolean his = lease.upstream().id().equals(id);
            lease.end(his ? Outcome.CONNECT_FAILED : Outcome.COMPLETED, time.nanos());
            left -= his ? 1 : 0;
        }
    }

    /** The ids that {@code count} requests go to, each once. */
    List<String> used(int count) {
        return Stream.generate(() -> attempt(Outcome.ABANDONED))
                .limit(count)
                .distinct()
                .sorted()
                .toList();
    }

    MemberSnapshot member(String id) {
        return pool.snapshot().member(id).orElseThrow();
    }

    /** One request on its way. */
    record Call(PoolDriver driver, ProxyRequest request, Attempts attempts) {
        Lease begin() {
            return sent(attempts.start(driver.time.nanos()));
        }

        Step head(Lease lease) {
            return attempts.head(lease, 200, Headers.empty(), driver.time.nanos());
        }

        Step failed(Lease lease, Outcome outcome, Delivery delivery, boolean bodyKept) {
            lease.end(outcome, driver.time.nanos());
            return attempts.failed(lease, outcome, delivery, bodyKept, driver.time.nanos());
        }

        /** The members that are tried one after the other when all fail so. */
        List<String> allFail(Outcome outcome, Delivery delivery, boolean bodyKept) {
            List<String> ids = new ArrayList<>();
            Step step = attempts.start(driver.time.nanos());
            while (step instanceof Step.Send send) {
                ids.add(send.lease().upstream().id());
                step = failed(send.lease(), outcome, delivery, bodyKept);
            }
            assertThat(step).isEqualTo(new Step.Fail(ids.isEmpty() ? Outcome.NO_UPSTREAM : outcome));
            return ids;
        }

        List<String> explained() {
            return request.exchange().record().decisions().stream()
                    .map(Decision::explain)
                    .toList();
        }

        static Lease sent(Step step) {
            assertThat(step).isInstanceOf(Step.Send.class);
            return ((Step.Send) step).lease();
        }
    }
}
