package dev.sluice.balancer.status;

import dev.sluice.balancer.PoolEvent;
import dev.sluice.balancer.PoolSnapshot;
import dev.sluice.balancer.PoolSnapshot.MemberSnapshot;
import dev.sluice.balancer.UpstreamPool;
import dev.sluice.balancer.health.HealthCheck;
import dev.sluice.proxy.internal.Json;
import dev.sluice.proxy.internal.Words;

/** A pool and its members as JSON. */
final class PoolJson {
    private PoolJson() {}

    static Json of(UpstreamPool pool) {
        PoolSnapshot now = pool.snapshot();
        return new Json()
                .text("name", now.pool())
                .flag("panic", now.panic())
                .number("inFlight", now.inFlight())
                .number("parked", now.parked())
                .number("queued", now.queued())
                .list("members", now.members().stream().map(PoolJson::member).toList());
    }

    private static Json member(MemberSnapshot member) {
        PoolEvent reason = member.reason().orElse(null);
        Json tags = new Json();
        member.tags().forEach(tags::text);
        Json json = new Json()
                .text("id", member.id())
                .text("state", Words.of(member.condition()))
                .textOrNull("why", reason == null ? null : reason.reason())
                .textOrNull("whySince", reason == null ? null : reason.at())
                .textOrNull("until", member.ejectedUntil().orElse(null))
                .number("weight", member.weight())
                .literal("weightInEffect", StatusText.number(member.weightInEffect()))
                .number("priority", member.priority())
                .object("tags", tags)
                .number("inFlight", member.inFlight())
                .number("requests", member.requests())
                .number("failures", member.failures())
                .literal("rate", StatusText.number(member.recent().rate()))
                .literal("failureRate", StatusText.number(member.recent().failureRate()));
        if (member.limit() != Integer.MAX_VALUE) {
            json.number("limit", member.limit());
        }
        if (member.latencyNanos() > 0) {
            json.literal("latency", StatusText.number(member.latencyNanos() / 1e6));
        }
        HealthCheck.Result probe = member.lastProbe().orElse(null);
        return probe == null ? json.none("probe") : json.object("probe", probe(probe));
    }

    private static Json probe(HealthCheck.Result probe) {
        return new Json()
                .flag("passed", probe.passed())
                .text("detail", probe.detail())
                .text("at", probe.at().toString())
                .literal("ms", StatusText.number(probe.tookNanos() / 1e6));
    }
}
