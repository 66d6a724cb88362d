package dev.sluice.proxy.contract;

class JdkDirectContractTest extends ProxyContract {
    JdkDirectContractTest() {
        super(Pairing.JDK_DIRECT);
    }
}
