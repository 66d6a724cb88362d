package dev.sluice.proxy;

final class PublicApiTest extends PublicApiContract {
    PublicApiTest() {
        super(ProxyHandler.class);
    }
}
