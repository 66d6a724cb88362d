package dev.sluice.balancer.status;

import dev.sluice.proxy.limit.LimitStatistics;
import java.util.LinkedHashMap;
import java.util.Map;

/** The numbers of a limit by their names on the page. */
final class LimitNumbers {
    private LimitNumbers() {}

    static Map<String, Number> of(LimitStatistics limit) {
        Map<String, Number> numbers = new LinkedHashMap<>();
        numbers.put("refused", limit.refused());
        numbers.put("waiting", limit.waiting());
        limit.atOnce().ifPresent(most -> numbers.put("at once", most));
        return numbers;
    }
}
