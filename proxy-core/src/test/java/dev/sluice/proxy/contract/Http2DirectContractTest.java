package dev.sluice.proxy.contract;

class Http2DirectContractTest extends ProxyContract {
    Http2DirectContractTest() {
        super(Pairing.HTTP2_DIRECT);
    }
}
