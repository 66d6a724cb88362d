package dev.sluice.proxy;

final class ArchitectureTest extends ArchitectureContract {
    ArchitectureTest() {
        super("dev.sluice.proxy");
    }
}
