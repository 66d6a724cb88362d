package dev.sluice.balancer;

import dev.sluice.proxy.PublicApiContract;

final class PublicApiTest extends PublicApiContract {
    PublicApiTest() {
        super(UpstreamPool.class);
    }
}
