package dev.sluice.proxy.contract;

class DirectJdkContractTest extends ProxyContract {
    DirectJdkContractTest() {
        super(Pairing.DIRECT_JDK);
    }
}
