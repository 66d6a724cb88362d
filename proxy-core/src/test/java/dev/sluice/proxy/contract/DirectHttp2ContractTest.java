package dev.sluice.proxy.contract;

class DirectHttp2ContractTest extends ProxyContract {
    DirectHttp2ContractTest() {
        super(Pairing.DIRECT_HTTP2);
    }
}
