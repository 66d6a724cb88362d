package dev.sluice.balancer.status;

import dev.sluice.proxy.internal.DurationText;
import dev.sluice.proxy.internal.Json;
import dev.sluice.proxy.limit.Limits;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.limit.Timeouts.MinRate;
import dev.sluice.proxy.server.Pipeline;
import java.time.Duration;

/** The limits and timeouts of a server in words. */
final class ServerConfiguration {
    private ServerConfiguration() {}

    static Json of(Pipeline pipeline) {
        Timeouts timeouts = pipeline.timeouts();
        Limits limits = pipeline.limits();
        return new Json()
                .text("timeout of a response's head", time(timeouts.head()))
                .text("timeout of an idle body", time(timeouts.idle()))
                .text("timeout in all", time(timeouts.total()))
                .text("timeout of a tunnel", time(timeouts.tunnel()))
                .text("timeout of a request's head", time(limits.requestHeadTimeout()))
                .text("least rate of clients", rate(timeouts.minRate()))
                .text("bytes of a head", String.valueOf(limits.headerBytes()))
                .text("fields of a head", String.valueOf(limits.headerCount()))
                .text("length of a target", String.valueOf(limits.targetLength()))
                .text("bytes of a body", bytes(limits.bodyBytes()))
                .text("exchanges at once", String.valueOf(limits.exchanges()))
                .text("share of one client", percent(limits.clientShare()))
                .text("share of requests that wait for one thing", percent(limits.waitingShare()));
    }

    private static String time(Duration timeout) {
        return timeout.equals(Timeouts.NONE) ? "none" : DurationText.of(timeout);
    }

    private static String rate(MinRate rate) {
        return rate.equals(MinRate.NONE)
                ? "none"
                : rate.bytesPerSecond() + " bytes a second, after " + DurationText.of(rate.grace());
    }

    private static String bytes(long most) {
        return most == Long.MAX_VALUE ? "no limit" : String.valueOf(most);
    }

    private static String percent(double share) {
        return StatusText.number(share * 100) + " %";
    }
}
