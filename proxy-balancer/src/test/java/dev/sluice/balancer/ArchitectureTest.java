package dev.sluice.balancer;

import dev.sluice.proxy.ArchitectureContract;

final class ArchitectureTest extends ArchitectureContract {
    ArchitectureTest() {
        super("dev.sluice.balancer");
    }
}
