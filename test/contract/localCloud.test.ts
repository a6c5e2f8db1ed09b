import { startCloud } from "../../local/cloud/startCloud";
import { cloudContract } from "./cloudContract";

cloudContract("the local cloud", () => startCloud());
