/** What credentials begin with or are made of: again and again, they are slow for who looks carelessly. */
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
