/** What credentials begin with or are made of. Repeated, they make a careless search slow. */
export const HOSTILE_UNITS = [
  'eyJ',
  'a.',
  'ewo.',
  '-----BEGIN ',
  'A',
  '/+',
  'signature=',
  'x-amz-security-token=',
  'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY/',
] as const
