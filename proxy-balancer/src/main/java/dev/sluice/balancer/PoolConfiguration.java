package dev.sluice.balancer;

import dev.sluice.balancer.live.PoolSettings;
import dev.sluice.balancer.tier.PanicPolicy;
import dev.sluice.proxy.internal.DurationText;
import dev.sluice.proxy.internal.Words;
import dev.sluice.proxy.spi.LoadBalancer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The options of a pool in words. */
final class PoolConfiguration {
    private PoolConfiguration() {}

    /** By the names of the builder's methods, in its order. */
    static Map<String, String> of(PoolSettings settings, LoadBalancer strategy, String transport) {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("strategy", strategy.toString());
        options.put("transport", transport);
        options.put("health", orOff(settings.health()));
        options.put("ejection", settings.ejection().toString());
        options.put("retry", settings.retry().toString());
        options.put("hedge", orOff(settings.hedge()));
        options.put("parking", orOff(settings.parking()));
        options.put("affinity", orOff(settings.affinity()));
        options.put("breaker", orOff(settings.breaker()));
        options.put("slowStart", orOff(settings.slowStart()));
        options.put("limit", orOff(settings.limit()));
        options.put("overflow", String.valueOf(settings.overflow().factor()));
        options.put("zone", orOff(settings.zone()));
        options.put("panic", panic(settings.panic()));
        options.put("subset", orOff(settings.subset()));
        options.put("latencyDecay", DurationText.of(settings.latencyDecay()));
        return Collections.unmodifiableMap(options);
    }

    private static String panic(PanicPolicy policy) {
        String action = Words.of(policy.action()).replace('_', ' ');
        String when =
                policy.threshold() == 0 ? "none is well" : "less than " + policy.threshold() + " of the weight is well";
        return action + " if " + when;
    }

    private static String orOff(@Nullable Object option) {
        return option == null ? "off" : option.toString();
    }
}
