export {
  ENROLMENT_PATH,
  type EnrolmentRequest,
  type EnrolmentResponse,
  enrolmentRequest,
  enrolmentResponse,
} from "./enrolment.ts";
