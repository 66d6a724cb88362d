package dev.sluice.proxy.contract;

class DirectDirectContractTest extends ProxyContract {
    DirectDirectContractTest() {
        super(Pairing.DIRECT_DIRECT);
    }
}
