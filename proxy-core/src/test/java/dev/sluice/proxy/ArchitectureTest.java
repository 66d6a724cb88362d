package dev.sluice.proxy;

import java.util.Set;

final class ArchitectureTest extends ArchitectureContract {
    /** To be emptied: a package that is untied is taken out, and none is put in. */
    private static final Set<String> KNOTTED = Set.of("dev.sluice.proxy");

    ArchitectureTest() {
        super("dev.sluice.proxy", KNOTTED);
    }
}
