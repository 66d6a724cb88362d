package dev.sluice.proxy.log;

import java.util.Map;
import java.util.stream.Collectors;

/** The tags of a member: an object in JSON, and {@code zone=a,rack=7} in a text. Immutable. */
record Tags(Map<String, String> all) {
    @Override
    public String toString() {
        return all.entrySet().stream()
                .map(each -> each.getKey() + '=' + each.getValue())
                .collect(Collectors.joining(","));
    }
}
