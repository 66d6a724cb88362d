package dev.sluice.proxy.contract;

class Http2Http2ContractTest extends ProxyContract {
    Http2Http2ContractTest() {
        super(Pairing.HTTP2_HTTP2);
    }
}
