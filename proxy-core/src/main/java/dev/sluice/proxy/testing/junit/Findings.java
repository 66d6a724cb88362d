package dev.sluice.proxy.testing.junit;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Everything that broke one rule. For one thread. */
final class Findings {
    private final String rule;
    private final List<Finding> findings = new ArrayList<>();

    /**
     * None yet.
     *
     * @param rule what must hold, with the section that says so
     */
    Findings(String rule) {
        this.rule = rule;
    }

    /** Adds one; if it is there already, only the case in which it came again. */
    void add(Finding finding) {
        if (findings.stream().noneMatch(each -> each.absorbs(finding))) {
            findings.add(finding);
        }
    }

    /**
     * Requires that the rule holds.
     *
     * @throws AssertionError if not; the message has the rule and each finding
     */
    void check() {
        if (!findings.isEmpty()) {
            throw new AssertionError(
                    rule + "\n" + findings.stream().map(Finding::toString).collect(Collectors.joining("\n\n")));
        }
    }
}
